using System.Net;
using System.Text;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Events;
using EventGateway.Serving;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Plugins;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class RawCallerTests : IAsyncLifetime
{
    private const string RawRequest = "\"requestMode\":\"raw\"";
    private const string RawAnswer = "\"responseMode\":\"raw\"";

    private static readonly CloudEvent Event = new() { Id = "7", Type = "http.request", Source = "/s" };

    private EventsFixture _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await EventsFixture.StartAsync();
        await _gateway.PlayHttpAsync("f");
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Forwards_a_request_as_it_is()
    {
        var request = TestRequests.Of("PATCH", "/a%20b/c?q=%41", ("Content-Type", "text/plain"), ("X-A", "1"), ("X-A", "2"), ("Connection", "X-Own"), ("X-Own", "x"));
        request.HttpContext.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");

        (await ForwardAsync(request, "hello")).Status.ShouldBe(200);

        var sent = _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Url, sent.Body).ShouldBe(("PATCH", "http://f.test/base/a%20b/c?q=%41", "hello"));
        (sent.Headers["Content-Type"], sent.Headers["X-A"].Replace(", ", ","), sent.Headers.ContainsKey("X-Own")).ShouldBe(("text/plain", "1,2", false));
        (sent.Headers["X-Forwarded-For"], sent.Headers["X-Forwarded-Host"], sent.Headers["X-Forwarded-Proto"]).ShouldBe(("192.0.2.1", "gateway.local", "http"));
        Via.CountGateways(sent.Headers["Via"]).ShouldBe(1);
    }

    [Theory]
    [InlineData("?key=1", "/p?q=2", "/p?key=1&q=2")]
    [InlineData("?key=1", "/p", "/p?key=1")]
    [InlineData("", "/p?", "/p?")]
    public async Task Joins_the_query_of_the_function_and_that_of_the_request(string own, string target, string joined)
    {
        await _gateway.PlayHttpAsync("g", own);

        await ForwardAsync(TestRequests.Of("GET", target), functionId: "g");

        _gateway.HttpFunctions.Requests.Single().Url.ShouldBe("http://g.test/base" + joined);
    }

    [Fact]
    public async Task Passes_the_answer_on_as_it_is()
    {
        _gateway.HttpFunctions.Answer("f", 418, "teapot", ("X-A", "1"), ("Content-Type", "text/tea"), ("Connection", "X-Own"), ("X-Own", "x"), ("Keep-Alive", "timeout=1"), ("Vary", "Accept"));

        var answer = await ForwardAsync(TestRequests.Of(), prepare: headers => headers.Vary = "Origin");

        (answer.Status, answer.Body).ShouldBe((418, "teapot"));
        (answer.Headers["X-A"].ToString(), answer.Headers.ContentType.ToString()).ShouldBe(("1", "text/tea"));
        (answer.Headers.ContainsKey("X-Own"), answer.Headers.ContainsKey("Keep-Alive")).ShouldBe((false, false));
        answer.Headers.Vary.ShouldBe(["Origin", "Accept"]);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task Passes_an_answer_without_a_body_on(int status)
    {
        _gateway.HttpFunctions.Answer("f", status, "", ("X-A", "1"));

        var exchange = await ForwardAsync(new TestExchange(TestRequests.Of()));

        var answer = await exchange.CompleteAsync();
        (answer.Status, answer.Body, answer.Headers["X-A"].ToString(), exchange.IsAborted).ShouldBe((status, "", "1", false));
    }

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/..;x/b")]
    [InlineData("/a%5c..%5cb")]
    [InlineData("/a#b")]
    public async Task Refuses_a_target_that_could_lead_elsewhere(string target)
    {
        (await ForwardAsync(TestRequests.Of("GET", target))).Status.ShouldBe(400);

        _gateway.HttpFunctions.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("websocket", 501)]
    [InlineData("h2c", 200)]
    public async Task Upgrades_no_connection(string protocol, int status)
    {
        var request = TestRequests.Of("GET", "/", ("Upgrade", protocol), ("Connection", "Upgrade"));
        request.HttpContext.Features.Set<IHttpUpgradeFeature>(new Upgradable());

        (await ForwardAsync(request)).Status.ShouldBe(status);
    }

    [Fact]
    public async Task Calls_no_function_whose_requests_are_signed_with_a_request_that_it_cannot_sign()
    {
        await _gateway.PlayHttpAsync("g", signed: true);
        var signed = await SubscribeAsync("g", RawAnswer);
        var exchange = new TestExchange(TestRequests.Of());

        await _gateway.Get<RawCaller>().ForwardAsync(exchange.Context, signed);

        var answer = await exchange.CompleteAsync();
        answer.Status.ShouldBe(502);
        answer.Errors.Single().ShouldBe("Function call failed: its requests must be signed, and raw requests cannot be signed.");
        _gateway.HttpFunctions.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_no_function_that_has_become_one_of_another_type()
    {
        await _gateway.PlayAsync("g");
        var route = await _gateway.SubscribeAsync("sync", "g", "http.request");

        var answer = await CallAsync(new Route(route.Subscription with { RequestMode = RequestMode.Raw }, route.Function));

        (answer.Status, answer.Errors.Single()).ShouldBe((502, "Function call failed. Please check logs."));
        _gateway.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sends_the_event_where_the_answer_alone_is_raw()
    {
        _gateway.HttpFunctions.Answer("f", 201, "made");

        var answer = await CallAsync(RawAnswer, request: TestRequests.Of("GET", "/p/../q?x", ("X-A", "1"), ("Via", "1.1 event-gateway-1")));

        (answer.Status, answer.Body).ShouldBe((201, "made"));
        var sent = _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Url, sent.Headers["Content-Type"]).ShouldBe(("POST", "http://f.test/base", "application/cloudevents+json"));
        sent.Body.ShouldNotBeNull().ShouldContain("\"id\":\"7\"");
        (sent.Headers["User-Agent"], sent.Headers.ContainsKey("X-A"), Via.CountGateways(sent.Headers["Via"])).ShouldBe(("event-gateway", false, 2));
    }

    [Theory]
    [InlineData("body")]
    [InlineData("")]
    public async Task Forwards_a_request_that_was_read_to_make_the_event(string body)
    {
        await CallAsync(RawRequest, body, TestRequests.Of("PUT", "/p"));

        var sent = _gateway.HttpFunctions.Requests.ShouldHaveSingleItem();
        (sent.Method, sent.Url, sent.Body ?? "").ShouldBe(("PUT", "http://f.test/base/p", body));
    }

    [Fact]
    public async Task Says_that_the_function_cannot_be_reached()
    {
        _gateway.HttpFunctions.Play("f", (_, _) => throw new HttpRequestException("played"));

        var answer = await ForwardAsync(TestRequests.Of());

        (answer.Status, answer.Errors.Single()).ShouldBe((502, "Function call failed. Please check logs."));
    }

    [Fact]
    public async Task Asks_to_come_back_where_there_is_no_room_for_the_call()
    {
        _gateway.HttpFunctions.Play("f", (_, _) => throw new HttpRequestException("played", CallRefusedException.Overloaded("full")));

        var answer = await ForwardAsync(TestRequests.Of());

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
    }

    [Fact]
    public async Task Says_that_the_function_did_not_answer_in_time()
    {
        _gateway.HttpFunctions.Play("f", HangAsync);

        var exchange = new TestExchange(TestRequests.Of());
        var forwarded = ForwardAsync(exchange, await SubscribeAsync(more: RawRequest + ",\"delivery\":{\"timeout\":\"PT0.001S\"}"));
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));

        await forwarded;
        var answer = await exchange.CompleteAsync();
        (answer.Status, answer.Errors.Single()).ShouldBe((504, "Function call timed out."));
    }

    [Theory]
    [InlineData(199, "X-A", "1")]
    [InlineData(600, "X-A", "1")]
    [InlineData(200, "Transfer-Encoding", "gzip")]
    [InlineData(200, "Content-Length", "-1")]
    [InlineData(200, "X-A", "a\u0001b")]
    public async Task Passes_no_answer_on_that_is_malformed(int status, string name, string value)
    {
        _gateway.HttpFunctions.Answer("f", status, "secret", (name, value));

        var answer = await ForwardAsync(TestRequests.Of());

        (answer.Status, answer.Errors.Single(), answer.Headers.ContainsKey("X-A")).ShouldBe((502, "Function call failed. Please check logs.", false));
    }

    [Fact]
    public async Task Cuts_the_connection_where_an_answer_ends_in_the_middle()
    {
        _gateway.HttpFunctions.Play("f", (_, _) => Task.FromResult(new HttpResponseMessage
        {
            Content = new StreamContent(new BrokenStream("begun")),
        }));

        var exchange = await ForwardAsync(new TestExchange(TestRequests.Of()));

        exchange.IsAborted.ShouldBeTrue();
        (await exchange.CompleteAsync()).Body.ShouldBe("begun");
    }

    [Fact]
    public async Task Leaves_a_request_unanswered_whose_sender_left()
    {
        _gateway.HttpFunctions.Play("f", HangAsync);
        var exchange = new TestExchange(TestRequests.Of());
        var forwarded = ForwardAsync(exchange, await SubscribeAsync());

        await exchange.LeaveAsync();

        await forwarded;
        (await exchange.CompleteAsync()).Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ends_the_call_when_the_gateway_waits_no_longer()
    {
        _gateway.HttpFunctions.Play("f", HangAsync);
        var forwarded = ForwardAsync(new TestExchange(TestRequests.Of()), await SubscribeAsync());

        await _gateway.Get<Draining>().CutOffAsync(CancellationToken.None);

        (await Should.ThrowAsync<OperationCanceledException>(() => forwarded)).CancellationToken.ShouldBe(_gateway.Get<Draining>().CutOff);
    }

    [Fact]
    public async Task Says_which_limit_a_silent_sender_has_passed()
    {
        var body = new SilentStream();
        var exchange = new TestExchange(TestRequests.Of(headers: ("Transfer-Encoding", "chunked")), body);
        var forwarded = ForwardAsync(exchange, await SubscribeAsync());
        await body.IsRead.Task;

        _gateway.Clock.Advance(TimeSpan.FromSeconds(31));

        await forwarded;
        var answer = await exchange.CompleteAsync();
        (answer.Status, answer.Headers.Connection.ToString()).ShouldBe((408, "close"));
        answer.Errors.Single().ShouldBe("The body of the request stopped before its end: no data came for 30 seconds, the limit of --function-timeout.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sends_the_head_alone_only_when_the_body_is_not_there_yet(bool isThere)
    {
        var body = new SilentStream();
        _gateway.HttpFunctions.Play("f", (_, _) => Task.FromResult(new HttpResponseMessage { Content = isThere ? new StringContent("all") : new StreamContent(body) }));
        var exchange = new TestExchange(TestRequests.Of());
        var forwarded = ForwardAsync(exchange, await SubscribeAsync());
        if (!isThere)
        {
            await body.IsRead.Task;
            exchange.Flushes.ShouldBe(1);
            _gateway.Clock.Advance(TimeSpan.FromMinutes(59));
            forwarded.IsCompleted.ShouldBeFalse();
            _gateway.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        await forwarded;
        (exchange.Flushes, exchange.IsAborted).ShouldBe(isThere ? (0, false) : (1, true));
    }

    [Fact]
    public async Task Says_that_a_body_cannot_be_read()
    {
        var exchange = await ForwardAsync(new TestExchange(TestRequests.Of(headers: ("Transfer-Encoding", "chunked")), new BrokenStream("begun")));

        var answer = await exchange.CompleteAsync();
        (answer.Status, answer.Errors.Single()).ShouldBe((400, "The request's body cannot be read."));
    }

    [Fact]
    public async Task Tells_subscribers_of_system_events_about_the_call()
    {
        await _gateway.PlayAsync("observer");
        await _gateway.SubscribeAsync("async", "observer", SystemEventTypes.FunctionInvoking);
        await _gateway.SubscribeAsync("async", "observer", SystemEventTypes.FunctionInvoked);
        await _gateway.SubscribeAsync("async", "observer", SystemEventTypes.FunctionInvocationFailed);
        var route = await SubscribeAsync();

        await CallAsync(route);
        _gateway.HttpFunctions.Answer("f", 500, "");
        await CallAsync(route);

        (await _gateway.DrainAsync()).Select(call => call.Event.GetProperty("type").GetString()).Order(StringComparer.Ordinal).ShouldBe(
            [SystemEventTypes.FunctionInvocationFailed, SystemEventTypes.FunctionInvoked, SystemEventTypes.FunctionInvoking, SystemEventTypes.FunctionInvoking]);
    }

    [Fact]
    public async Task Makes_no_call_that_a_plug_in_stops()
    {
        var plugin = new PlayedPlugin(PluginMode.Sync, (_, _) => ValueTask.FromResult(PluginAnswer.Stop("Closed.")))
        {
            Subscriptions = [new(SystemEventTypes.FunctionInvoking, PluginMode.Sync)],
        };
        await _gateway.DisposeAsync();
        _gateway = await EventsFixture.StartAsync(plugins: plugin);
        await _gateway.PlayHttpAsync("f");

        var answer = await CallAsync(RawRequest);

        (answer.Status, answer.Errors.Single()).ShouldBe((403, "Closed."));
        _gateway.HttpFunctions.Requests.ShouldBeEmpty();
    }

    private static async Task<HttpResponseMessage> HangAsync(PlayedRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new HttpResponseMessage();
    }

    private async Task<TestAnswer> ForwardAsync(
        HttpRequest request, string body = "", string functionId = "f", string more = "", Action<IHeaderDictionary>? prepare = null)
    {
        var exchange = new TestExchange(request, body);
        prepare?.Invoke(exchange.Context.Response.Headers);
        await ForwardAsync(exchange, await SubscribeAsync(functionId, RawRequest + more));
        return await exchange.CompleteAsync();
    }

    private async Task<TestExchange> ForwardAsync(TestExchange exchange)
    {
        await ForwardAsync(exchange, await SubscribeAsync());
        return exchange;
    }

    private Task ForwardAsync(TestExchange exchange, Route route) => _gateway.Get<RawCaller>().ForwardAsync(exchange.Context, route);

    private async Task<TestAnswer> CallAsync(string more, string body = "", HttpRequest? request = null) =>
        await CallAsync(await SubscribeAsync(more: more), body, request);

    private async Task<TestAnswer> CallAsync(Route route, string body = "", HttpRequest? request = null)
    {
        var exchange = new TestExchange(request ?? TestRequests.Of());
        await _gateway.Get<RawCaller>().CallAsync(exchange.Context, route, Event, new SentBody(Encoding.UTF8.GetBytes(body), default));
        return await exchange.CompleteAsync();
    }

    private Task<Route> SubscribeAsync(string functionId = "f", string more = RawRequest) =>
        _gateway.SubscribeAsync("sync", functionId, "http.request", more);

    // A body of which nothing comes.
    private sealed class SilentStream : MemoryStream
    {
        public TaskCompletionSource IsRead { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var silence = Task.Delay(Timeout.Infinite, cancellationToken);
            IsRead.TrySetResult();
            await silence;
            return 0;
        }
    }

    private sealed class Upgradable : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => true;

        public Task<Stream> UpgradeAsync() => throw new NotSupportedException();
    }
}
