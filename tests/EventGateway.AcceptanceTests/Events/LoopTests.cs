using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Functions whose URL is the gateway itself.</summary>
public sealed class LoopTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const int MaxHops = 8;

    [Theory]
    [InlineData(null, null)]
    [InlineData("raw", null)]
    [InlineData(null, "raw")]
    [InlineData("raw", "raw")]
    public async Task A_sync_loop_ends_with_508(string? requestMode, string? responseMode)
    {
        var name = running.NewName();
        // The gateway appends the path of a raw request to the function's URL.
        await CreateFunctionAsync(name, requestMode is "raw" ? "" : "/" + name);
        await SubscribeAsync(name, "sync", "http.request", requestMode, responseMode);
        var before = Descriptors();

        var response = await running.Events.PostAsync("/" + name, "{}");

        response.Status.ShouldBe(508, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldContain("gateway");
        // A round needs two descriptors, because the gateway has both ends of the connection.
        (Descriptors() - before).ShouldBeLessThan(4 * (MaxHops + 2));
        running.Gateway.Output.ShouldContain("event gateways have passed it on more than 8 times");
        (await running.Config.GetAsync("/metrics")).Text.ShouldContain("eventgateway_loops_refused_total");
    }

    [Fact]
    public async Task A_sync_loop_of_an_event_ends_with_508()
    {
        var name = running.NewName();
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = name + ".l" });
        await CreateFunctionAsync(name, "/" + name);
        await SubscribeAsync(name, "sync", name + ".l");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/" + name) { Headers = [new HttpField("Event", name + ".l")] });

        response.Status.ShouldBe(508, response.ToString());
    }

    [Theory]
    [InlineData("awslambda", "/*path", "\"arn\":\"arn:aws:lambda:us-east-1:123456789012:function:f\"")]
    [InlineData("awskinesis", "/", "\"streamName\":\"s\"")]
    [InlineData("awsfirehose", "/", "\"deliveryStreamName\":\"s\"")]
    public async Task A_loop_through_the_endpoint_of_an_AWS_function_ends_with_508(string type, string path, string resource)
    {
        await using var gateway = await GatewayProcess.StartAsync();
        var response = await gateway.Config.PostAsync(
            "/v1/spaces/default/functions",
            $$$"""
            {"functionId":"f","type":"{{{type}}}","provider":{{{{resource}}},"region":"us-east-1","awsAccessKeyId":"AKIAIOSFODNN7EXAMPLE",
            "awsSecretAccessKey":"secret","endpoint":"http://127.0.0.1:{{{gateway.EventsPort}}}"}}
            """);
        response.Status.ShouldBe(201, response.ToString());
        await SubscribeAsync("f", "sync", "http.request", path: path, gateway: gateway);

        var answer = await gateway.Events.PostAsync(path == "/" ? "/" : "/start", "{}");

        answer.Status.ShouldBe(508, answer.ToString());
        (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("eventgateway_loops_refused_total{} 1");
    }

    [Fact]
    public async Task An_async_loop_ends_with_a_dead_letter()
    {
        var (name, observer) = (running.NewName(), running.NewName());
        var type = name + ".l";
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = type });
        await CreateFunctionAsync(name, "/");
        await SubscribeAsync(name, "async", type, path: "/");
        running.Functions["/" + observer] = FunctionAnswer.Of("{}");
        await running.CreateAsync("functions", new JsonObject
        {
            ["functionId"] = observer,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url("/" + observer) },
        });
        await SubscribeAsync(observer, "async", type, path: "/");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/") { Headers = [new HttpField("Event", type)] });

        response.Status.ShouldBe(202, response.ToString());
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/v1/spaces/default/deadletters")).Text is var letters
                && letters.Contains(type, StringComparison.Ordinal) && letters.Contains("508", StringComparison.Ordinal),
            "there is a dead letter with the status");
        await Eventually.TrueAsync(() => running.CallsOf("/" + observer).Count == MaxHops + 1, "the other subscriber has received the event once in each round");
    }

    [Fact]
    public async Task A_loop_through_an_authorizer_ends_with_403()
    {
        var name = running.NewName();
        var type = name + ".l";
        await CreateFunctionAsync(name, "/" + name);
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = type, ["authorizerId"] = name });
        await SubscribeAsync(name, "sync", "http.request");
        await SubscribeAsync(name, "sync", type, path: "/" + name + "/asked");

        var response = await running.Events.SendAsync(new RawRequest("POST", $"/{name}/asked") { Headers = [new HttpField("Event", type)] });

        response.Status.ShouldBe(403, response.ToString());
    }

    [Fact]
    public async Task Two_gateways_can_be_chained_and_a_loop_of_both_ends_with_508()
    {
        await using var other = await GatewayProcess.StartAsync();
        var name = running.NewName();
        await CreateFunctionAsync(name, "", other.EventsPort);
        await SubscribeAsync(name, "sync", "http.request", "raw", "raw");
        running.Functions["/" + name] = FunctionAnswer.Of("behind both");
        await CreateFunctionAsync(name, "", running.Functions.Port, other);
        await SubscribeAsync(name, "sync", "http.request", "raw", "raw", gateway: other);

        var chained = await running.Events.PostAsync("/" + name, "{}");

        chained.Status.ShouldBe(200, chained.ToString());
        chained.Text.ShouldBe("behind both");
        var via = running.CallsOf("/" + name).ShouldHaveSingleItem().Headers.Where(header => header.Name.Equals("Via", StringComparison.OrdinalIgnoreCase));
        var entries = string.Join(',', via.Select(header => header.Value)).Split(',', StringSplitOptions.TrimEntries);
        entries.Length.ShouldBe(2);
        entries.ShouldBeUnique();
        entries.ShouldAllBe(entry => entry.StartsWith("1.1 event-gateway-", StringComparison.Ordinal));

        await CreateFunctionAsync(name + "-back", "", running.Gateway.EventsPort, other);
        await SubscribeAsync(name + "-back", "sync", "http.request", "raw", "raw", path: $"/{name}-loop", gateway: other);
        await CreateFunctionAsync(name + "-back", "", other.EventsPort);
        await SubscribeAsync(name + "-back", "sync", "http.request", "raw", "raw", path: $"/{name}-loop");
        var looped = await running.Events.PostAsync($"/{name}-loop", "{}");

        looped.Status.ShouldBe(508, looped.ToString());
    }

    [Fact]
    public async Task Calls_append_the_gateway_to_the_header_Via()
    {
        var name = running.NewName();
        var path = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/" + name);

        await running.Events.SendAsync(new RawRequest("POST", "/" + name)
        {
            Headers = [new HttpField("Via", "1.0 fred, 1.1 p.example.net")],
        });

        await Eventually.TrueAsync(() => running.CallsOf(path).Count == 1, "the function is called");
        var via = string.Join(", ", running.CallsOf(path)[0].Headers.Where(header => header.Name == "Via").Select(header => header.Value));
        via.ShouldMatch("^1.0 fred, 1.1 p.example.net, 1.1 event-gateway-[0-9a-f]{8}$");
    }

    [Fact]
    public async Task A_function_cannot_set_the_header_Via()
    {
        var errors = await running.RefusedAsync("functions", new JsonObject
        {
            ["functionId"] = running.NewName(),
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = "http://localhost:1/", ["headers"] = new JsonObject { ["Via"] = "1.1 me" } },
        });

        errors.ShouldHaveSingleItem().ShouldContain("headers.Via");
    }

    private int Descriptors() => Directory.GetFiles($"/proc/{running.Gateway.Id}/fd").Length;

    private async Task CreateFunctionAsync(string name, string path, int? port = null, GatewayProcess? gateway = null)
    {
        var response = await (gateway ?? running.Gateway).Config.PostAsync(
            "/v1/spaces/default/functions",
            $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"http://127.0.0.1:{{{port ?? running.Gateway.EventsPort}}}{{{path}}}"}}""");
        response.Status.ShouldBe(201, response.ToString());
    }

    private async Task SubscribeAsync(
        string name, string type, string eventType, string? requestMode = null, string? responseMode = null, string? path = null, GatewayProcess? gateway = null)
    {
        var subscription = new JsonObject
        {
            ["type"] = type,
            ["eventType"] = eventType,
            ["functionId"] = name,
            ["path"] = path ?? "/" + name,
            ["method"] = "POST",
        };
        if (requestMode is not null)
        {
            subscription["requestMode"] = requestMode;
        }

        if (responseMode is not null)
        {
            subscription["responseMode"] = responseMode;
        }

        var response = await (gateway ?? running.Gateway).Config.PostAsync("/v1/spaces/default/subscriptions", subscription.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }
}
