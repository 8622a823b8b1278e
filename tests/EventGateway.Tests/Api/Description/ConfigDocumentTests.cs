using System.Text.Json.Nodes;
using EventGateway.Tests.Api.Config;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Description;

/// <summary>The OpenAPI document of the Configuration API has what generators of clients need.</summary>
public sealed class ConfigDocumentTests : IAsyncLifetime
{
    private static readonly (string Name, string Collection)[] Resources =
        [("EventType", "eventtypes"), ("Function", "functions"), ("Subscription", "subscriptions"), ("CorsConfiguration", "cors")];

    private ConfigApiFixture _api = null!;
    private JsonObject _document = null!;

    private JsonObject Schemas => _document["components"]!["schemas"]!.AsObject();

    public async ValueTask InitializeAsync()
    {
        _api = await ConfigApiFixture.StartAsync(static services => services.AddSingleton(AllProviders.Table));
        _document = JsonNode.Parse((await _api.SendAsync("GET", "/openapi/v1.json")).Body)!.AsObject();
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("Function")]
    [InlineData("FunctionInput")]
    public void Selects_the_settings_of_a_function_by_its_type(string name)
    {
        var discriminator = Schemas[name]!["discriminator"]!;

        ((string)discriminator["propertyName"]!).ShouldBe("type");
        var mapping = discriminator["mapping"]!.AsObject();
        mapping.Select(static entry => entry.Key).ShouldBe(AllProviders.Table.Types);
        Schemas[name]!["oneOf"]!.AsArray().Select(NameOf).ShouldBe(mapping.Select(static entry => NameIn((string)entry.Value!)));
        foreach (var (type, reference) in mapping)
        {
            var fields = Schemas[NameIn((string)reference!)]!["properties"]!;
            fields["type"]!["enum"]!.AsArray().Select(static value => (string)value!).ShouldBe([type]);
            Schemas[NameOf(fields["provider"])]!["type"]!.GetValue<string>().ShouldBe("object");
        }
    }

    [Fact]
    public void Has_bodies_with_the_fields_that_are_read()
    {
        (string Name, JsonObject Body)[] bodies =
        [
            ("EventType", _api.Registry.EventTypes.DescribeBody()),
            ("HttpFunction", _api.Registry.Functions.DescribeBody()),
            ("Subscription", _api.Registry.Subscriptions.DescribeBody()),
            ("CorsConfiguration", _api.Registry.Cors.DescribeBody()),
        ];
        foreach (var (name, body) in bodies)
        {
            var input = Schemas[name + "Input"]!;
            input["properties"]!.AsObject().Where(static field => field.Value!["readOnly"] is null).Select(static field => field.Key)
                .ShouldBe(body["properties"]!.AsObject().Select(static field => field.Key), ignoreOrder: true, name);
            input["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        }
    }

    [Fact]
    public void Requires_of_bodies_what_the_server_requires()
    {
        Required("EventTypeInput").ShouldBe(["name"]);
        Required("HttpFunctionInput").ShouldBe(["functionId", "provider", "type"]);
        Required("SubscriptionInput").ShouldBe(["eventType", "functionId", "type"]);
        Required("CorsConfigurationInput").ShouldBe(["method", "path"]);
        Required("Subscription").ShouldBe(["eventType", "functionId", "method", "path", "space", "subscriptionId", "type"]);
    }

    [Fact]
    public void Lets_a_patch_leave_out_every_field()
    {
        var patches = Schemas.Where(static schema => schema.Key.EndsWith("Patch", StringComparison.Ordinal)).ToList();

        patches.Count.ShouldBeGreaterThan(15);
        foreach (var (name, patch) in patches)
        {
            patch!["required"].ShouldBeNull(name);
        }
    }

    [Theory]
    [InlineData("EventType", "eventtypes", """{"name":"t","authorizerId":"guard","dedupWindow":"PT1H","metadata":{"a":"b"}}""")]
    [InlineData("Function", "functions", """{"functionId":"f","type":"http","provider":{"url":"http://localhost/"},"metadata":{"a":"b"}}""")]
    [InlineData("Subscription", "subscriptions", """{"type":"async","eventType":"http.request","functionId":"guard","delivery":{"retry":1},"reply":true,"enabled":false}""")]
    [InlineData("CorsConfiguration", "cors", """{"method":"GET","path":"/a","allowedOrigins":["https://a.example"],"metadata":{"a":"b"}}""")]
    public async Task Offers_null_in_a_patch_where_the_server_accepts_it(string name, string collection, string body)
    {
        await CreateAsync("functions", """{"functionId":"guard","type":"builtin","provider":{"name":"discard"}}""");
        var created = JsonNode.Parse((await CreateAsync(collection, body)).Body)!.AsObject();
        var url = $"/v1/spaces/default/{collection}/{created["corsId"] ?? created["subscriptionId"] ?? created["functionId"] ?? created["name"]}";
        var fields = Schemas[name + "Patch"]!["properties"]!.AsObject();

        foreach (var (field, schema) in fields)
        {
            await ShouldPatchAsync(url, new JsonObject { [field] = null }, AcceptsNull(schema!));
            (await _api.SendAsync("PUT", url, body)).Code.ShouldBe(200);
        }

        created.Select(static field => field.Key).ShouldBeSubsetOf(fields.Select(static field => field.Key));
        await ShouldPatchAsync(url, created, isAccepted: true);
    }

    [Theory]
    [InlineData("HttpProviderPatch")]
    [InlineData("BearerAuthPatch", "auth")]
    public async Task Offers_null_in_a_patch_of_settings_where_the_server_accepts_it(string name, string? nested = null)
    {
        const string Body = """{"functionId":"f","type":"http","provider":{"url":"http://localhost/","headers":{"X-A":"1"},"auth":{"type":"bearer","token":"t"}}}""";
        await CreateAsync("functions", Body);

        foreach (var (field, schema) in Schemas[name]!["properties"]!.AsObject())
        {
            JsonObject removal = new() { [field] = null };
            var patch = new JsonObject { ["provider"] = nested is null ? removal : new JsonObject { [nested] = removal } };
            await ShouldPatchAsync("/v1/spaces/default/functions/f", patch, AcceptsNull(schema!));
            (await _api.SendAsync("PUT", "/v1/spaces/default/functions/f", Body)).Code.ShouldBe(200);
        }
    }

    [Fact]
    public void Accepts_no_other_fields_in_a_body()
    {
        var bodies = Operations().SelectMany(static operation => operation.Operation["requestBody"]?["content"]?.AsObject() ?? []).Select(media => NameOf(media.Value!["schema"]));

        foreach (var name in bodies.Distinct())
        {
            var kinds = Schemas[name]!["oneOf"]?.AsArray().Select(NameOf) ?? [name];
            kinds.ShouldAllBe(kind => (bool?)Schemas[kind]!["additionalProperties"] == false, name);
        }
    }

    [Fact]
    public void Describes_the_times_of_keys_for_signatures()
    {
        var overlap = Schemas["KeyRotationRequestDocument"]!["properties"]!["overlap"]!;
        var end = Schemas["SigningKey"]!["properties"]!["expiresAt"]!;

        overlap["anyOf"]!.AsArray().Select(static form => form!.ToJsonString())
            .ShouldBe(["""{"type":"string","format":"duration"}""", """{"type":"string","const":"0"}""", """{"type":"integer","const":0}"""]);
        ((string)overlap["description"]!).ShouldContain("PT0S or 0");
        end["type"]!.ToJsonString().ShouldBe("""["string","null"]""");
        ((string)end["format"]!).ShouldBe("date-time");
    }

    [Fact]
    public void Describes_every_refusal_with_the_same_body()
    {
        foreach (var (id, operation) in Operations())
        {
            var responses = operation["responses"]!.AsObject();
            responses.ContainsKey("default").ShouldBeTrue(id);
            foreach (var (status, response) in responses.Where(static response => response.Key[0] is '4' or '5' or 'd'))
            {
                NameOf(response!["content"]!["application/json"]!["schema"]).ShouldBe("ErrorsDocument", $"{id} {status}");
            }
        }
    }

    [Fact]
    public void Has_an_example_for_every_body_and_answer()
    {
        foreach (var (id, operation) in Operations())
        {
            var answers = operation["responses"]!.AsObject().Select(static response => response.Value!["content"]);
            foreach (var (type, media) in answers.Append(operation["requestBody"]?["content"]).OfType<JsonObject>().SelectMany(static content => content))
            {
                (NameOf(media!["schema"]) is "JsonObject" || media["examples"] is JsonObject).ShouldBeTrue($"{id} {type}: {media["schema"]}");
            }
        }
    }

    [Fact]
    public async Task Has_examples_that_the_server_accepts_and_answers()
    {
        await CreateAsync("functions", """{"functionId":"guard","type":"builtin","provider":{"name":"discard"}}""");
        foreach (var (name, collection) in Resources)
        {
            var id = "";
            foreach (var (key, example) in ExamplesOf(collection, "post", "requestBody"))
            {
                var created = await CreateAsync(collection, example.ToJsonString());
                if (key == ExamplesOf(collection, "post", "responses").First().Key)
                {
                    JsonNode.DeepEquals(JsonNode.Parse(created.Body), ExamplesOf(collection, "post", "responses").First().Value)
                        .ShouldBeTrue($"{name} {key}: {created.Body}");
                    var answer = JsonNode.Parse(created.Body)!;
                    id = (string)(answer["corsId"] ?? answer["subscriptionId"] ?? answer["functionId"] ?? answer["name"])!;
                }
            }

            foreach (var (key, patch) in ExamplesOf(collection + "/{id}", "patch", "requestBody"))
            {
                var patched = await _api.SendAsync("PATCH", $"/v1/spaces/default/{collection}/{id}", patch.ToJsonString());
                patched.Code.ShouldBe(200, $"{name} {key}: {patched.Body}");
            }
        }
    }

    private static bool AcceptsNull(JsonNode schema) =>
        schema["type"] is JsonArray types ? types.Any(static type => (string)type! == "null")
        : schema["anyOf"] is JsonArray forms ? forms.Any(static form => form!["type"] is JsonValue type && (string)type! == "null")
        : schema["type"] is null && schema["$ref"] is null;

    private static string NameOf(JsonNode? schema) => schema?["$ref"] is { } reference ? NameIn((string)reference!) : "";

    private static string NameIn(string reference) => reference.Split('/')[^1];

    private IEnumerable<string> Required(string name) => Schemas[name]!["required"]!.AsArray().Select(static field => (string)field!).Order(StringComparer.Ordinal);

    private IEnumerable<(string Id, JsonObject Operation)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key} {path.Key}", operation.Value!.AsObject());

    private IEnumerable<KeyValuePair<string, JsonNode>> ExamplesOf(string path, string method, string part)
    {
        var message = _document["paths"]![$"/v1/spaces/{{space}}/{path}"]![method]![part]!;
        var examples = (part is "responses" ? message["201"]! : message)["content"]!["application/json"]!["examples"]!;
        return examples.AsObject().Select(static example => KeyValuePair.Create(example.Key, example.Value!["value"]!));
    }

    private async Task ShouldPatchAsync(string url, JsonObject patch, bool isAccepted)
    {
        var answer = await _api.SendAsync("PATCH", url, patch.ToJsonString());
        answer.Code.ShouldBe(isAccepted ? 200 : 400, $"{patch.ToJsonString()}: {answer.Body}");
    }

    private async Task<ConfigApiFixture.Answer> CreateAsync(string collection, string body)
    {
        var answer = await _api.SendAsync("POST", $"/v1/spaces/default/{collection}", body);
        answer.Code.ShouldBe(201, answer.Body);
        return answer;
    }
}
