using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A raw request goes to its function whatever its <c>Content-Type</c> says. Only events need one that can be read.</summary>
public sealed class RawContentTypeTests(WireGateway wire) : IClassFixture<WireGateway>, IAsyncLifetime
{
    private static int _last;
    private readonly FunctionServer _functions = new();
    private readonly string _name = $"types{Interlocked.Increment(ref _last)}";

    public static TheoryData<string> Types =>
    [
        "application/json;profile=https://example.org/schemas/v1.0",
        "multipart/form-data; boundary=----=_Part_0_1.2",
        "application/json; charset: utf-8",
        "application/json; charset",
        "application/json;",
        "application/json; charset=utf-8; charset=ascii",
        "application/json, text/plain",
        "json",
        "*",
        "text/plain; a=\"b",
        "text/pla in",
        "=?utf-8?q?text?=",
        "/",
        ";",
        "application/cloudevents+avro",
        "application/cloudevents",
    ];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Reaches_the_function_unchanged(string type)
    {
        await SubscribeAsync(new JsonObject { ["requestMode"] = "raw" });

        await SendAsync(type, status: 200);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Reaches_the_function_unchanged_when_the_request_is_an_event_too(string type)
    {
        await SubscribeAsync(new JsonObject { ["requestMode"] = "raw" });
        await wire.Gateway.SubscribeAsync(_functions, _name + "-async", FunctionAnswer.Of("{}"), Path, "async");

        await SendAsync(type, status: 200);

        await Eventually.TrueAsync(() => _functions.Calls().Count(call => call.Path == $"/{_name}-async") == 3, "the async subscription has the events");
        foreach (var call in _functions.Calls().Where(call => call.Path == $"/{_name}-async"))
        {
            call.Json["data"]!["headers"]!["Content-Type"]!.GetValue<string>().ShouldBe(type);
        }
    }

    [Fact]
    public async Task Two_types_reach_the_function()
    {
        await SubscribeAsync(new JsonObject { ["requestMode"] = "raw" });
        HttpField[] headers = [new("Content-Type", "text/plain"), new("Content-Type", "text/html")];

        (await wire.Gateway.Events.SendAsync(new RawRequest("POST", Path) { Headers = headers, Body = [1] })).Status.ShouldBe(200);
        (await wire.SendHttp2Async("POST", Path, headers.Select(header => header with { Name = "content-type" }), [1])).Status.ShouldBe(200);

        foreach (var call in _functions.Calls())
        {
            string.Join(", ", call.Headers.Where(header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Select(header => header.Value))
                .ShouldBe("text/plain, text/html");
        }
    }

    [Fact]
    public async Task Some_headers_of_an_event_reach_the_function()
    {
        await SubscribeAsync(new JsonObject { ["requestMode"] = "raw" });

        await SendAsync("text/plain", status: 200, new HttpField("ce-type", "some.type"), new HttpField("ce-id", "1"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"responseMode":"raw"}""")]
    public async Task Is_400_for_an_http_request_event(string more)
    {
        await SubscribeAsync(JsonNode.Parse(more)!.AsObject());

        await SendAsync("application/json; charset", status: 400);

        _functions.Calls().ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_400_for_an_event_on_the_path_of_a_raw_subscription()
    {
        await SubscribeAsync(new JsonObject { ["requestMode"] = "raw" });

        await SendAsync("application/json; charset", status: 400, new HttpField("event", "some.type"));
        await SendAsync("application/json; charset", status: 400, new HttpField("ce-specversion", "1.0"));
    }

    private string Path => "/" + _name;

    private Task<string> SubscribeAsync(JsonObject more)
    {
        _functions[Path + Path] = FunctionAnswer.Of("done");
        return wire.Gateway.SubscribeAsync(_functions, _name, FunctionAnswer.Of("{}"), Path, more: more);
    }

    // Over HTTP/1.1 with and without a body, and over HTTP/2.
    private async Task SendAsync(string type, int status, params HttpField[] more)
    {
        var from = _functions.Count;
        HttpField[] headers = [new("content-type", type), .. more];
        var body = Encoding.ASCII.GetBytes("{}");
        (await wire.Gateway.Events.SendAsync(new RawRequest("POST", Path) { Headers = headers, Body = body })).Status.ShouldBe(status);
        (await wire.Gateway.Events.SendAsync(new RawRequest("POST", Path) { Headers = headers })).Status.ShouldBe(status);
        (await wire.SendHttp2Async("POST", Path, headers, body)).Status.ShouldBe(status);

        var calls = _functions.Calls(from).Where(call => call.Path == Path + Path).ToArray();
        calls.Length.ShouldBe(status == 200 ? 3 : 0);
        foreach (var call in calls)
        {
            call.Headers.Find("Content-Type").ShouldBe(type);
        }
    }
}
