using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Functions;
using EventGateway.Events;
using EventGateway.Serving;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class SyncCallerTests : IAsyncLifetime
{
    private static readonly CloudEvent Event = new() { Id = "7", Type = "test.event", Source = "/s" };

    private EventsFixture _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await EventsFixture.StartAsync();
        await _gateway.PlayAsync("f");
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Answers_with_the_status_headers_and_body_that_the_function_describes()
    {
        Answer("""{"statusCode":201,"headers":{"Content-Type":"text/html","X-A":"é"},"body":"<b>\u20ac</b>"}""");

        var answer = await CallAsync();

        (answer.Status, answer.Body).ShouldBe((201, "<b>€</b>"));
        (answer.Headers.ContentType.ToString(), answer.Headers["X-A"].ToString(), answer.Headers.ContentLength).ShouldBe(("text/html", "\u00c3\u00a9", 10));
    }

    [Fact]
    public async Task Writes_a_line_for_each_value_of_a_header_and_each_cookie()
    {
        Answer("""{"statusCode":200,"headers":{"X-A":["1","2"],"Vary":["A","B"]},"multiValueHeaders":{"X-B":[3,true]},"cookies":["a=1","b=2"]}""");

        var answer = await CallAsync(prepare: headers => headers.Vary = "Origin");

        answer.Headers["X-A"].ShouldBe(["1", "2"]);
        answer.Headers["X-B"].ShouldBe(["3", "true"]);
        answer.Headers.SetCookie.ShouldBe(["a=1", "b=2"]);
        answer.Headers.Vary.ShouldBe(["Origin", "A", "B"]);
    }

    [Fact]
    public async Task Sends_JSON_without_statusCode_as_the_body()
    {
        Answer("""{"hello": ["world"]}""");

        var answer = await CallAsync();

        (answer.Status, answer.Headers.ContentType.ToString(), answer.Headers.ContentLength, answer.Body).ShouldBe((200, "application/json", 20, """{"hello": ["world"]}"""));
    }

    [Theory]
    [InlineData(204, "POST", null)]
    [InlineData(205, "POST", null)]
    [InlineData(304, "POST", null)]
    [InlineData(200, "HEAD", 4L)]
    [InlineData(200, "POST", 4L)]
    public async Task Sends_no_body_where_there_is_none(int status, string method, long? length)
    {
        Answer($$"""{"statusCode":{{status}},"body":"body"}""");

        var answer = await CallAsync(request: TestRequests.Of(method));

        (answer.Status, answer.Body, answer.Headers.ContentLength).ShouldBe((status, length is null || method is "HEAD" ? "" : "body", length));
    }

    [Fact]
    public async Task Lets_the_function_decide_over_headers_that_are_there_and_adds_to_vary()
    {
        Answer("""{"statusCode":200,"headers":{"Access-Control-Allow-Origin":"http://b","vary":"Accept"}}""");

        var answer = await CallAsync(prepare: headers =>
        {
            headers.AccessControlAllowOrigin = "*";
            headers.Vary = "Origin";
        });

        answer.Headers.AccessControlAllowOrigin.ToString().ShouldBe("http://b");
        answer.Headers.Vary.ShouldBe(["Origin", "Accept"]);
    }

    [Theory]
    [InlineData(FunctionOutcome.Success, null, "no object", 502, "HTTP response object malformed. A function must answer with JSON: {\"statusCode\": 200, \"headers\": {}, \"body\": \"\"}, or any JSON without statusCode, which is sent as the body with status 200.")]
    [InlineData(FunctionOutcome.Permanent, 400, """{"statusCode":422}""", 422, null)]
    [InlineData(FunctionOutcome.Retryable, 500, """{"statusCode":422}""", 502, "Function call failed. Please check logs.")]
    [InlineData(FunctionOutcome.Retryable, null, "", 502, "Function call failed. Please check logs.")]
    [InlineData(FunctionOutcome.Gone, null, "", 502, "Function call failed. Please check logs.")]
    [InlineData(FunctionOutcome.AccessDenied, 403, "{}", 502, "Function call failed: the credentials of the function were refused.")]
    [InlineData(FunctionOutcome.Refused, null, "", 403, "played")]
    [InlineData(FunctionOutcome.Retryable, 508, "{}", 508, "Function call failed: the function leads back to the gateway.")]
    public async Task Says_what_became_of_the_call(FunctionOutcome outcome, int? status, string body, int answered, string? error)
    {
        _gateway.Functions.Play("f", _ => Task.FromResult(new FunctionResult(outcome, Encoding.UTF8.GetBytes(body)) { Status = status, Error = "played" }));

        var answer = await CallAsync();

        answer.Status.ShouldBe(answered);
        (error is null ? answer.Body : answer.Errors.Single()).ShouldBe(error ?? "");
    }

    [Fact]
    public async Task Asks_to_come_back_where_there_is_no_room_for_the_call()
    {
        _gateway.Functions.Play("f", _ => Task.FromResult(CallRefusedException.Overloaded("full").ToResult()));

        var answer = await CallAsync();

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
    }

    [Theory]
    [InlineData("", 30)]
    [InlineData("\"delivery\":{\"timeout\":\"PT2S\"}", 2)]
    public async Task Waits_for_the_function_as_long_as_the_subscription_says(string more, int seconds)
    {
        _gateway.Functions.Hang("f");
        var exchange = new TestExchange(TestRequests.Of());
        var call = CallAsync(exchange, await SubscribeAsync(more));

        _gateway.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        call.IsCompleted.ShouldBeFalse();
        _gateway.Clock.Advance(TimeSpan.FromMilliseconds(1));

        await call;
        var answer = await exchange.CompleteAsync();
        (answer.Status, answer.Errors.Single()).ShouldBe((504, "Function call timed out."));
    }

    [Theory]
    [InlineData("1.0", """{"specversion":"1.0","id":"7","source":"/s","type":"test.event"}""")]
    [InlineData("0.1", """{"cloudEventsVersion":"0.1","eventID":"7","source":"/s","eventType":"test.event"}""")]
    [InlineData("1.0-binary", "")]
    public async Task Writes_the_event_as_the_subscription_asks(string format, string members)
    {
        await CallAsync($"\"delivery\":{{\"cloudEvents\":\"{format}\"}}");

        var body = _gateway.Functions.Calls.Single().Body;
        if (members.Length == 0)
        {
            body.ShouldBeEmpty();
            return;
        }

        using var sent = JsonDocument.Parse(body);
        using var expected = JsonDocument.Parse(members);
        foreach (var member in expected.RootElement.EnumerateObject())
        {
            sent.RootElement.GetProperty(member.Name).GetString().ShouldBe(member.Value.GetString());
        }
    }

    [Fact]
    public async Task Ends_the_call_when_the_sender_leaves()
    {
        _gateway.Functions.Hang("f");
        var exchange = new TestExchange(TestRequests.Of());
        var call = CallAsync(exchange, await SubscribeAsync());

        await exchange.LeaveAsync();

        (await Should.ThrowAsync<OperationCanceledException>(() => call)).CancellationToken.ShouldBe(exchange.Context.RequestAborted);
    }

    [Fact]
    public async Task Ends_the_call_when_the_gateway_waits_no_longer()
    {
        _gateway.Functions.Hang("f");
        var call = CallAsync(new TestExchange(TestRequests.Of()), await SubscribeAsync());

        await _gateway.Get<Draining>().CutOffAsync(CancellationToken.None);

        (await Should.ThrowAsync<OperationCanceledException>(() => call)).CancellationToken.ShouldBe(_gateway.Get<Draining>().CutOff);
    }

    [Fact]
    public async Task Logs_a_malformed_answer_of_each_function_once_a_minute()
    {
        await _gateway.PlayAsync("g", "no object");
        Answer("no object");
        var logger = new RecordingLogger<SyncCaller>();
        var caller = NewCaller(logger);
        var (f, g) = (await SubscribeAsync(), await _gateway.SubscribeAsync("sync", "g", more: "\"path\":\"/g\""));
        Task CallAsync(Route route) => caller.CallAsync(new TestExchange(TestRequests.Of()).Context, route, Event);

        await CallAsync(f);
        await CallAsync(f);
        await CallAsync(f);
        await CallAsync(g);
        _gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        await CallAsync(f);

        logger.Entries.Select(static entry => (entry.Text.Split(' ')[1], entry.Text[entry.Text.IndexOf("Problem", StringComparison.Ordinal)..])).ShouldBe(
        [
            ("f", "Problem: the answer is not JSON. The answer begins: no object"),
            ("g", "Problem: the answer is not JSON. The answer begins: no object"),
            ("f", "Problem: the answer is not JSON. (2 more since the last line) The answer begins: no object"),
        ]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Searches_no_event_for_a_line_that_is_not_written(bool isLogged)
    {
        Answer("no object");
        ILogger<SyncCaller> logger = isLogged ? new RecordingLogger<SyncCaller>() : NullLogger<SyncCaller>.Instance;
        var caller = NewCaller(logger);
        var route = await SubscribeAsync();
        var members = string.Join(',', Enumerable.Range(0, 10_000).Select(static i => $"\"name-{i}\":1"));
        var large = Event with { Data = CloudEventData.Json(Encoding.UTF8.GetBytes($"{{{members}}}")) };
        await caller.CallAsync(new TestExchange(TestRequests.Of()).Context, route, large);
        var context = new TestExchange(TestRequests.Of()).Context;

        var before = GC.GetAllocatedBytesForCurrentThread();
        var call = caller.CallAsync(context, route, large);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // A search allocates a string for each of the names.
        call.IsCompletedSuccessfully.ShouldBeTrue();
        allocated.ShouldBeLessThan(500_000);
    }

    private SyncCaller NewCaller(ILogger<SyncCaller> logger) => new(
        _gateway.Get<FunctionInvoker>(), _gateway.Get<GatewayDefaults>(), _gateway.Get<DeliveryMetrics>(), _gateway.Get<Draining>(), _gateway.Clock, logger);

    private void Answer(string json) =>
        _gateway.Functions.Play("f", _ => Task.FromResult(new FunctionResult(FunctionOutcome.Success, Encoding.UTF8.GetBytes(json))));

    private async Task<TestAnswer> CallAsync(string more = "", HttpRequest? request = null, Action<IHeaderDictionary>? prepare = null)
    {
        var exchange = new TestExchange(request ?? TestRequests.Of());
        prepare?.Invoke(exchange.Context.Response.Headers);
        await CallAsync(exchange, await SubscribeAsync(more));
        return await exchange.CompleteAsync();
    }

    private Task<Route> SubscribeAsync(string more = "") => _gateway.SubscribeAsync("sync", "f", more: more);

    private Task CallAsync(TestExchange exchange, Route route) => _gateway.Get<SyncCaller>().CallAsync(exchange.Context, route, Event);
}
