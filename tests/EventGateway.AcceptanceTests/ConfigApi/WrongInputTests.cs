using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>What the Configuration API answers to wrong inputs, word by word.</summary>
public sealed class WrongInputTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string EventType = "Event Type doesn't validate. Validation error: ";
    private const string Function = "Function doesn't validate. Validation error: ";
    private const string Subscription = "Subscription doesn't validate. Validation error: ";
    private const string Cors = "CORS configuration doesn't validate. Validation error: ";

    [Theory]
    [InlineData("POST", "subscriptions", """{"type":"sync","eventType":"http.request","functionId":"f","enbaled":false}""",
        Subscription + "Unknown field \"enbaled\". Did you mean \"enabled\"?")]
    [InlineData("POST", "subscriptions", """{"type":"async","eventType":"http.request","functionId":"f","retry":3,"timeout":"PT5S"}""",
        Subscription + "Unknown field \"retry\". Did you mean \"delivery.retry\"?",
        Subscription + "Unknown field \"timeout\". Did you mean \"delivery.timeout\"?")]
    [InlineData("POST", "subscriptions", """{"type":"async","eventType":"http.request","functionId":"f","delivery":{"retries":3,"enabled":false}}""",
        Subscription + "Unknown field \"delivery.retries\". Did you mean \"delivery.retry\"?",
        Subscription + "Unknown field \"delivery.enabled\". Did you mean \"enabled\"?")]
    [InlineData("POST", "subscriptions", """{"type":"asynchronous","functionId":7,"method":"FETCH","origins":[]}""",
        Subscription + "type: \"asynchronous\"; sync and async are accepted.",
        Subscription + "eventType: required; the name of an event type of the space is accepted.",
        Subscription + "functionId: a number; the id of a function of the space is accepted.",
        Subscription + "method: \"FETCH\"; GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted.",
        Subscription + "Unknown field \"origins\". Did you mean \"cors.allowedOrigins\"?")]
    [InlineData("POST", "eventtypes", """{"name":"a","authorizer":"f"}""",
        EventType + "Unknown field \"authorizer\". Did you mean \"authorizerId\"?")]
    [InlineData("POST", "eventtypes", """{"name":"a","name":"b"}""",
        EventType + "name: given 2 times; once is accepted.")]
    [InlineData("POST", "eventtypes", """{"name":"a","metadata":{"team":"red","team":"blue"}}""",
        EventType + "metadata.team: given more than once; once is accepted.")]
    [InlineData("POST", "eventtypes", """{"name":"a"}{"name":"b"}""",
        EventType + "body: text after the first JSON value, at byte 12; a JSON object is accepted.")]
    [InlineData("POST", "eventtypes", """{"id":1,"colour":"red"}""",
        EventType + "name: required; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.",
        EventType + "Unknown field \"id\". name, authorizerId, dedupWindow and metadata are accepted.",
        EventType + "Unknown field \"colour\". name, authorizerId, dedupWindow and metadata are accepted.")]
    [InlineData("POST", "functions", """{"functionId":"f","type":"http","provider":{"url":"http://localhost/","header":{"X-Team":"blue"}}}""",
        Function + "Unknown field \"provider.header\". Did you mean \"provider.headers\"?")]
    [InlineData("POST", "functions", """{"functionID":"f","type":"http","provider":{"url":"http://localhost/","url":"http://localhost/","auth":{"type":"bearer","tokens":"t"}},"meta":{}}""",
        Function + "provider.url is given 2 times: once is accepted",
        Function + "provider.auth.token is required: a token of printable ASCII characters without spaces",
        Function + "Unknown field \"provider.auth.tokens\". Did you mean \"provider.auth.token\"?",
        Function + "Unknown field \"meta\". Did you mean \"metadata\"?")]
    [InlineData("POST", "functions", """{"functionId":"f","type":"awssqs","provider":{"queueURL":"https://sqs.us-east-1.amazonaws.com/1/q","region":"us-east-1","delay":5}}""",
        Function + "Unknown field \"provider.delay\". queueUrl, region, awsAccessKeyId, awsSecretAccessKey, awsSessionToken and endpoint are accepted.")]
    [InlineData("POST", "functions", """{"functionId":"f","type":"builtin","provider":{"name":"echo","level":"info"}}""",
        Function + "Unknown field \"provider.level\". name is accepted.")]
    [InlineData("POST", "functions", """{"functionId":"f","type":"htpp","provider":{"url":"http://localhost/"}}""",
        Function + "type: \"htpp\"; accepted: awsfirehose, awskinesis, awslambda, awssqs, azurefunction, builtin, googlecloudfunction, http, openwhisk.")]
    [InlineData("POST", "cors", """{"method":"GET","path":"/a","origins":["https://a.example"],"allowedHeader":[]}""",
        Cors + "Unknown field \"origins\". Did you mean \"allowedOrigins\"?",
        Cors + "Unknown field \"allowedHeader\". Did you mean \"allowedHeaders\"?")]
    [InlineData("PUT", "cors/GET%2Fa", """{"path":"a","credentials":true}""",
        Cors + "method: required; GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted. * is the default of the space.",
        Cors + "path: \"a\"; a path that begins with '/' is accepted.",
        Cors + "Unknown field \"credentials\". Did you mean \"allowCredentials\"?")]
    [InlineData("POST", "replays", """{"subscriptionId":"x","filter":{"type":"a"},"eventId":"1"}""",
        "Unknown field \"filter\". subscriptionId, from, to and eventTypes are accepted.",
        "Unknown field \"eventId\". subscriptionId, from, to and eventTypes are accepted.")]
    [InlineData("GET", "functions?lmit=5&metadat.team=red", null,
        "Unknown query parameter \"lmit\". Did you mean \"limit\"?",
        "Unknown query parameter \"metadat.team\". Did you mean \"metadata.<name>\"?")]
    [InlineData("GET", "functions?limit=0&limit=5&metadata.a=1&metadata.a=2", null,
        "limit: given more than once; once is accepted.",
        "metadata.a: given more than once; once is accepted.",
        "limit: \"0\"; a whole number from 1 to 1000 is accepted.")]
    [InlineData("GET", "functions/f?verbose=true", null, "Unknown query parameter \"verbose\". No query parameter is accepted here.")]
    [InlineData("POST", "functions?dryRun=true", """{"functionId":"f"}""", "Unknown query parameter \"dryRun\". No query parameter is accepted here.")]
    [InlineData("PUT", "functions/f?force=true", "{}", "Unknown query parameter \"force\". No query parameter is accepted here.")]
    [InlineData("DELETE", "functions/f?force=true", null, "Unknown query parameter \"force\". No query parameter is accepted here.")]
    [InlineData("GET", "events?eventType=a", null, "Unknown query parameter \"eventType\". Did you mean \"type\"?")]
    [InlineData("DELETE", "deadletters?functionid=f", null, "Unknown query parameter \"functionid\". Did you mean \"functionId\"?")]
    [InlineData("GET", "replays?state=running", null, "Unknown query parameter \"state\". No query parameter is accepted here.")]
    [InlineData("GET", "/v1/spaces?metadata.team=red", null, "Unknown query parameter \"metadata.team\". limit and cursor are accepted.")]
    [InlineData("GET", "/openapi/v1.json?pretty", null, "Unknown query parameter \"pretty\". No query parameter is accepted here.")]
    public async Task Answers_with_every_error_and_stores_nothing(string method, string url, string? body, params string[] messages)
    {
        var path = url.StartsWith('/') ? url : $"/v1/spaces/wrong/{url}";

        var response = await running.Config.SendAsync(body is null ? new RawRequest(method, path) : RawRequest.Json(method, path, body));

        response.Status.ShouldBe(400, response.ToString());
        response.Errors.ShouldBe(messages);
        (await running.Config.GetAsync("/v1/spaces")).Text.ShouldNotContain("\"wrong\"");
    }

    [Fact]
    public async Task Accepts_what_it_answered()
    {
        await PostAsync("eventtypes", """{"name":"kept","metadata":{"team":"red"}}""");
        await PostAsync("functions", """{"functionId":"kept","type":"http","provider":{"url":"http://localhost/?code=secret","headers":{"X-Key":"secret"}}}""");
        await PostAsync("subscriptions", """{"type":"async","eventType":"kept","functionId":"kept","path":"/kept","delivery":{"retry":3}}""");
        await PostAsync("cors", """{"method":"GET","path":"/kept"}""");

        foreach (var (collection, id) in new[] { ("eventTypes", "name"), ("functions", "functionId"), ("subscriptions", "subscriptionId"), ("cors", "corsId") })
        {
            var path = $"/v1/spaces/kept/{collection.ToLowerInvariant()}";
            var resource = (await running.Config.GetAsync(path)).Json[collection]!.AsArray().ShouldHaveSingleItem()!;

            var response = await running.Config.SendAsync(RawRequest.Json("PUT", $"{path}/{resource[id]}", resource.ToJsonString()));

            response.Status.ShouldBe(200, response.ToString());
            response.Json.ToJsonString().ShouldBe(resource.ToJsonString());
        }
    }

    [Fact]
    public async Task Ignores_what_is_unknown_as_0_9_did_where_the_option_says_so()
    {
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");

        (await gateway.Config.PostAsync("/v1/spaces/default/functions?dryRun=true", """{"functionId":"f","type":"http","provider":{"url":"http://localhost/","foo":1},"foo":1} rest"""))
            .Json.ToJsonString().ShouldBe("""{"space":"default","functionId":"f","type":"http","provider":{"url":"http://localhost/"}}""");
        (await gateway.Config.GetAsync("/v1/spaces/default/functions?foo=1&metadata.a=1&metadata.a=2")).Status.ShouldBe(200);
    }

    private async Task PostAsync(string collection, string body)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/kept/{collection}", body);
        response.Status.ShouldBe(201, response.ToString());
    }
}
