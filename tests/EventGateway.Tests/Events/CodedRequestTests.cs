using System.Text;
using EventGateway.Tests.Http;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

/// <summary>Requests whose body has a <c>Content-Encoding</c>.</summary>
public sealed class CodedRequestTests : IAsyncLifetime
{
    private const int Limit = 1024 * 1024;

    private EventsFixture _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await EventsFixture.StartAsync();
        await _gateway.PlayAsync("f", "{}");
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("Deflate", "deflate")]
    [InlineData("deflate", "raw deflate")]
    [InlineData("gzip, br", "gzip", "br")]
    [InlineData("identity")]
    public async Task Decodes_an_event(string header, params string[] codings)
    {
        await _gateway.SubscribeAsync("sync", "f");

        (await SendAsync(TestRequests.Event(), TestRequests.Structured, header, codings)).Status.ShouldBe(200);
        (await SendAsync(TestRequests.Of(headers: [("ce-specversion", "1.0"), ("ce-id", "7"), ("ce-source", "/s"), ("ce-type", "test.event"), ("Content-Type", "application/json")]), """{"a":1}""", header, codings)).Status.ShouldBe(200);
        (await SendAsync(TestRequests.Of(headers: [("Event", "test.event"), ("Content-Type", "application/json")]), """{"a":1}""", header, codings)).Status.ShouldBe(200);

        _gateway.Calls.Count.ShouldBe(3);
        _gateway.Calls.ShouldAllBe(call => call.Event.GetProperty("data").GetProperty("a").GetInt32() == 1);
    }

    [Fact]
    public async Task Decodes_a_batch()
    {
        await _gateway.SubscribeAsync("async", "f");

        (await SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured}]", "gzip", "gzip")).Status.ShouldBe(202);

        (await _gateway.DrainAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_event_of_a_plain_request_has_the_decoded_body_and_headers_that_fit()
    {
        await _gateway.SubscribeAsync("sync", "f", "http.request");

        (await SendAsync(TestRequests.Of(headers: [("Content-Type", "application/json"), ("X-A", "1")]), """{"a":1}""", "gzip", "gzip")).Status.ShouldBe(200);

        var data = _gateway.Calls.ShouldHaveSingleItem().Event.GetProperty("data");
        data.GetProperty("body").GetProperty("a").GetInt32().ShouldBe(1);
        var headers = data.GetProperty("headers");
        headers.TryGetProperty("Content-Encoding", out _).ShouldBeFalse();
        (headers.GetProperty("Content-Length").GetString(), headers.GetProperty("X-A").GetString()).ShouldBe(("7", "1"));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, compress")]
    [InlineData("gzip,gzip,gzip,gzip,gzip")]
    public async Task Refuses_codings_that_it_cannot_decode(string header)
    {
        await _gateway.SubscribeAsync("sync", "f");

        var answer = await SendAsync(TestRequests.Event(), TestRequests.Structured, header);

        answer.Status.ShouldBe(415);
        answer.Errors.Single().ShouldStartWith("The body has ");
        answer.Headers.AcceptEncoding.ToString().ShouldBe("gzip, br, deflate");
        _gateway.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_what_it_accepts_in_place_of_a_coding()
    {
        var answer = await SendAsync(TestRequests.Event(), TestRequests.Structured, "zstd");

        answer.Errors.ShouldBe(["The body has the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate."]);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Refuses_a_damaged_body(string coding)
    {
        var coded = Coded.With(Encoding.UTF8.GetBytes(TestRequests.Structured), coding);

        foreach (var damaged in new[] { coded[..^3], Encoding.UTF8.GetBytes(TestRequests.Structured) })
        {
            var answer = await SendAsync(TestRequests.Event(), damaged, coding);
            answer.Status.ShouldBe(400);
            answer.Errors.ShouldBe([$"The body is not valid {coding}, its Content-Encoding, or it is incomplete."]);
        }
    }

    [Fact]
    public async Task The_limit_is_for_the_decoded_body()
    {
        await _gateway.SubscribeAsync("sync", "f", "http.request");

        var fits = await SendAsync(TestRequests.Of(), Coded.With(new byte[Limit], "gzip"), "gzip");
        var bomb = await SendAsync(TestRequests.Of(), Coded.With(new byte[50_000_000], "gzip"), "gzip");
        var coded = await SendAsync(TestRequests.Of(), new byte[Limit + 1], "gzip");

        (fits.Status, bomb.Status, coded.Status).ShouldBe((200, 413, 413));
        bomb.Errors.ShouldBe(["The body is larger than 1048576 bytes when its gzip is decoded, the limit of --max-event-size."]);
        coded.Errors.ShouldBe(["The body is larger than 1048576 bytes, the limit of --max-event-size."]);
    }

    [Fact]
    public async Task The_decoded_body_counts_in_the_memory_for_requests()
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { MaxEventSize = 200_000_000 }, memory: 64_000_000);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request");

        for (var i = 0; i < 20; i++)
        {
            (await SendAsync(gateway, TestRequests.Of(), Coded.With(new byte[100_000_000], "gzip"), "gzip")).Status.ShouldBe(503);
            (await SendAsync(gateway, TestRequests.Of(), Coded.With(new byte[500_000], "gzip"), "gzip")).Status.ShouldBe(200);
            (await SendAsync(gateway, TestRequests.Of(), new byte[1000], "gzip")).Status.ShouldBe(400);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_request_without_a_body_is_served(string header)
    {
        await _gateway.SubscribeAsync("sync", "f", "http.request");
        var request = TestRequests.Of(headers: ("Content-Encoding", header));
        request.ContentLength = 0;

        (await _gateway.SendAsync(new TestExchange(request))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("zstd", true)]
    [InlineData("zstd", false)]
    [InlineData("gzip", false)]
    public async Task A_raw_request_gets_through_as_it_was_sent_beside_async_subscriptions(string header, bool isValid)
    {
        await _gateway.PlayHttpAsync("g");
        await _gateway.SubscribeAsync("async", "f", "http.request");
        await _gateway.SubscribeAsync("sync", "g", "http.request", "\"requestMode\":\"raw\"");
        // A played function reads bodies as text.
        var body = header is "gzip" && isValid ? Coded.With("hello"u8, "gzip") : "not coded"u8.ToArray();

        (await SendAsync(TestRequests.Of(headers: ("Content-Type", "text/plain")), body, header)).Status.ShouldBe(200);

        var sent = _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Headers["Content-Encoding"], sent.Headers["Content-Length"], sent.Body).ShouldBe((header, $"{body.Length}", Encoding.UTF8.GetString(body)));
        var data = (await _gateway.DrainAsync()).ShouldHaveSingleItem().Event.GetProperty("data");
        var isDecoded = header is "gzip" && isValid;
        data.GetProperty("headers").TryGetProperty("Content-Encoding", out _).ShouldBe(!isDecoded);
        data.GetProperty("body").GetString().ShouldBe(isDecoded ? "hello" : "not coded");
    }

    [Theory]
    [InlineData("zstd", "Event", "test.event")]
    [InlineData("gzip", "Event", "test.event")]
    [InlineData("zstd", "ce-type", "test%2Eevent")]
    [InlineData("gzip", "ce-type", "test.event")]
    public async Task A_raw_request_whose_headers_name_an_event_gets_through_as_it_was_sent_when_nothing_else_needs_the_event(
        string header, string name, string type)
    {
        await _gateway.PlayHttpAsync("g");
        await _gateway.SubscribeAsync("sync", "g", more: "\"requestMode\":\"raw\"");
        (string, string)[] headers = name is "Event" ? [(name, type)] : [(name, type), ("ce-specversion", "1.0"), ("ce-id", "7"), ("ce-source", "/s")];

        (await SendAsync(TestRequests.Of(headers: headers), "not coded"u8.ToArray(), header)).Status.ShouldBe(200);

        var sent = _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Headers["Content-Encoding"], sent.Body).ShouldBe((header, "not coded"));

        await _gateway.SubscribeAsync("async", "f");
        (await SendAsync(TestRequests.Of(headers: headers), "not coded"u8.ToArray(), header)).Status.ShouldBe(header is "zstd" ? 415 : 400);
        _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_function_that_answers_raw_is_asked_for_the_codings_of_the_sender()
    {
        await _gateway.PlayHttpAsync("g");
        _gateway.HttpFunctions.Answer("g", 200, "coded", ("Content-Encoding", "zstd"));
        await _gateway.SubscribeAsync("sync", "g", more: "\"responseMode\":\"raw\"");

        var answer = await _gateway.SendAsync(TestRequests.Event(headers: ("Accept-Encoding", "zstd")), TestRequests.Structured);
        await _gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Body, answer.Headers.ContentEncoding.ToString()).ShouldBe(("coded", "zstd"));
        _gateway.HttpFunctions.Requests[0].Headers["Accept-Encoding"].ShouldBe("zstd");
        _gateway.HttpFunctions.Requests[1].Headers.ContainsKey("Accept-Encoding").ShouldBeFalse();
    }

    private Task<TestAnswer> SendAsync(HttpRequest request, string body, string header, params string[] codings) =>
        SendAsync(request, Coded.With(Encoding.UTF8.GetBytes(body), codings), header);

    private Task<TestAnswer> SendAsync(HttpRequest request, byte[] body, string header) => SendAsync(_gateway, request, body, header);

    private static Task<TestAnswer> SendAsync(EventsFixture gateway, HttpRequest request, byte[] body, string header)
    {
        request.Headers.ContentEncoding = header;
        request.ContentLength = body.Length;
        return gateway.SendAsync(new TestExchange(request, new MemoryStream(body)));
    }
}
