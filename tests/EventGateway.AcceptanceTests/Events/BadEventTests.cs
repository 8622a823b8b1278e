using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The Events API refuses invalid events with a reason, and stays ready.</summary>
public sealed class BadEventTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const int MaxEventSize = 1024 * 1024;

    public static TheoryData<string, string> BrokenEvents => new()
    {
        { "empty", "" },
        { "not JSON", "hello" },
        { "truncated", """{"specversion":"1.0","type":"a.b","sour""" },
        { "array", "[]" },
        { "null", "null" },
        { "string", "\"x\"" },
        { "no attributes", "{}" },
        { "missing id", """{"specversion":"1.0","type":"a.b","source":"/s"}""" },
        { "empty type", """{"specversion":"1.0","type":"","source":"/s","id":"1"}""" },
        { "number as id", """{"specversion":"1.0","type":"a.b","source":"/s","id":1}""" },
        { "unknown version", """{"specversion":"9.9","type":"a.b","source":"/s","id":"1"}""" },
        { "bad time", """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","time":"yesterday"}""" },
        { "bad base64", """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","data_base64":"%"}""" },
        { "the gateway's own type", """{"specversion":"1.0","type":"eventgateway.event.received","source":"/s","id":"1"}""" },
        { "trailing garbage", """{"specversion":"1.0","type":"a.b","source":"/s","id":"1"} x""" },
        { "duplicate key", """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","id":"2"}""" },
        { "nested too deeply", $$"""{"specversion":"1.0","type":"a.b","source":"/s","id":"1","data":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""" },
        { "never closed", $$"""{"specversion":"1.0","type":"a.b","source":"/s","id":"1","data":{{new string('[', 100_000)}}""" },
    };

    [Theory]
    [MemberData(nameof(BrokenEvents))]
    public async Task Refuses_a_broken_structured_event(string kind, string json)
    {
        var response = await running.Events.SendAsync(RawRequest.With("POST", "/", "application/cloudevents+json", json));

        ShouldBeRefused(response, 400, kind);
    }

    [Fact]
    public async Task Refuses_an_event_that_is_not_UTF_8()
    {
        byte[] json = [.. """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","data":"""u8, (byte)'"', 0xff, 0xfe, (byte)'"', (byte)'}'];

        var response = await running.Events.SendAsync(new RawRequest("POST", "/")
        {
            Headers = [new HttpField("Content-Type", "application/cloudevents+json")],
            Body = json,
        });

        ShouldBeRefused(response, 400, "invalid UTF-8");
    }

    [Fact]
    public async Task Refuses_a_whole_batch_with_an_invalid_event_and_names_its_index()
    {
        const string Good = """{"specversion":"1.0","type":"a.b","source":"/s","id":"1"}""";

        var response = await running.Events.SendAsync(
            RawRequest.With("POST", "/", "application/cloudevents-batch+json", $$"""[{{Good}},{"specversion":"1.0"}]"""));

        ShouldBeRefused(response, 400, "batch");
        response.Text.ShouldContain("1");
    }

    [Theory]
    [InlineData("invalid/")]
    [InlineData("a b")]
    [InlineData("text/plain; charset")]
    public async Task Refuses_an_invalid_content_type(string contentType)
    {
        var response = await running.Events.SendAsync(RawRequest.With("POST", "/", contentType, "x"));

        ShouldBeRefused(response, 400, contentType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refuses_a_body_that_is_too_large(bool chunked)
    {
        var response = await running.Events.SendAsync(
            new RawRequest("POST", "/") { Body = new byte[MaxEventSize + 1], Chunked = chunked });

        response.Status.ShouldBe(413);
        response.Errors.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Accepts_a_body_at_the_limit()
    {
        var path = $"/{running.NewName()}";
        await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":201}"""), path);

        var response = await running.Events.SendAsync(new RawRequest("POST", path) { Body = new byte[MaxEventSize] });

        response.Status.ShouldBe(201, response.Text);
    }

    [Fact]
    public async Task Refuses_headers_that_are_too_large_or_too_many()
    {
        var one = await running.Events.GetAsync("/", new HttpField("X-Big", new string('x', 100_000)));
        var many = await running.Events.GetAsync("/", [.. Enumerable.Range(0, 1000).Select(i => new HttpField($"X-{i}", "v"))]);

        one.Status.ShouldBe(431);
        many.Status.ShouldBe(431);
    }

    [Fact]
    public async Task Refuses_a_request_line_that_is_too_long() =>
        (await running.Events.GetAsync("/" + new string('x', 100_000))).Status.ShouldBe(414);

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n bad: x\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n")]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task Refuses_malformed_HTTP(string bytes)
    {
        var response = await running.Events.SendAsync(Encoding.ASCII.GetBytes(bytes));

        response.Status.ShouldBeOneOf(400, 505);
    }

    [Fact]
    public async Task Stays_ready_after_malformed_requests()
    {
        await running.Events.SendAsync(RawRequest.With("POST", "/", "application/cloudevents+json", new string('{', 100_000)));
        await running.Events.SendAsync("\0\0\0\0"u8.ToArray());

        (await running.Config.GetAsync("/readyz")).Status.ShouldBe(200);
    }

    private static void ShouldBeRefused(RawResponse response, int status, string kind)
    {
        response.Status.ShouldBe(status, $"{kind}: {response}");
        response.Header("content-type").ShouldNotBeNull().ShouldStartWith("application/json");
        response.Errors.ShouldNotBeEmpty();
        response.Errors.ShouldAllBe(m => m.Length > 0);
    }
}
