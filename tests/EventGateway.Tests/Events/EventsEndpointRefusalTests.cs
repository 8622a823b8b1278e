using EventGateway.Serving;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

/// <summary>What the Events API does not serve: malformed requests, and those that there is no room or no time for.</summary>
public sealed class EventsEndpointRefusalTests
{
    [Fact]
    public async Task Refuses_a_path_that_is_escaped_wrongly()
    {
        await using var gateway = await EventsFixture.StartAsync();

        var answer = await gateway.SendAsync(TestRequests.Of("GET", "/a%2"));

        answer.Status.ShouldBe(400);
        answer.Errors.Single().ShouldBe("The path has a \"%\" that is not followed by two hexadecimal digits.");
    }

    [Theory]
    [InlineData(8, 202)]
    [InlineData(9, 508)]
    public async Task Cuts_a_request_that_gateways_passed_on_too_often(int gateways, int status)
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        var via = string.Join(", ", Enumerable.Range(1, gateways).Select(i => $"1.1 event-gateway-{i}"));

        var answer = await gateway.SendAsync(TestRequests.Event(headers: ("Via", via)), TestRequests.Structured);

        answer.Status.ShouldBe(status);
        (await gateway.DrainAsync()).Count.ShouldBe(status == 202 ? 1 : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refuses_a_body_that_is_too_large(bool isChunked)
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { MaxEventSize = 10 });
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request");

        var answer = await gateway.SendAsync(new TestExchange(TestRequests.Of(), new string('a', 11), isChunked));

        answer.Status.ShouldBe(413);
        answer.Errors.Single().ShouldBe("The body is larger than 10 bytes, the limit of --max-event-size.");
        gateway.Calls.ShouldBeEmpty();
        (await gateway.SendAsync(new TestExchange(TestRequests.Of(), new string('a', 10), isChunked))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Turns_requests_away_while_it_drains()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.Get<Draining>().DrainAsync(CancellationToken.None);

        var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "5"));
        answer.Errors.Single().ShouldBe("The gateway is stopping; send the request to another instance, or again later.");
        (await gateway.SendAsync(TestRequests.Of("GET", "/livez"))).Status.ShouldBe(200);
        var readiness = await gateway.SendAsync(TestRequests.Of("GET", "/readyz"));
        (readiness.Status, readiness.Body).ShouldBe((503, "stopping\n"));
    }

    [Fact]
    public async Task A_drain_waits_for_requests_under_way()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request");
        var release = gateway.Functions.Hang("f");
        var request = gateway.SendAsync(TestRequests.Of());

        var drained = gateway.Get<Draining>().DrainAsync(CancellationToken.None);

        drained.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await request;
        await drained;
    }

    [Fact]
    public async Task Answers_a_request_whose_call_is_cut_off()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request");
        gateway.Functions.Hang("f");
        var request = gateway.SendAsync(TestRequests.Of());

        await gateway.Get<Draining>().CutOffAsync(CancellationToken.None);

        var answer = await request;
        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "5"));
    }

    [Fact]
    public async Task Leaves_a_request_unanswered_whose_sender_left()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("sync", "f", "http.request");
        gateway.Functions.Hang("f");
        var exchange = new TestExchange(TestRequests.Of());
        var request = gateway.SendAsync(exchange);

        await exchange.LeaveAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => request);
        await gateway.Get<Draining>().DrainAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Refuses_a_body_that_there_is_no_memory_for()
    {
        await using var gateway = await EventsFixture.StartAsync(memory: 64 * 1024);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request");

        var answer = await gateway.SendAsync(TestRequests.Of(), new string('a', 10_000));

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
        answer.Errors.Single().ShouldBe("The gateway has no more memory for requests now; try again later.");
        gateway.Calls.ShouldBeEmpty();
        // What was taken is given back.
        (await gateway.SendAsync(TestRequests.Of(), new string('a', 1000))).Status.ShouldBe(200);
        (await gateway.SendAsync(TestRequests.Of("GET", "/livez"), new string('a', 10_000))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Refuses_requests_while_the_heap_is_nearly_full()
    {
        await using var gateway = await EventsFixture.StartAsync();
        gateway.HeapPercent = 85;
        gateway.Get<HeapGuard>().Look();

        var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
        answer.Errors.Single().ShouldBe("The gateway has no more memory for requests now; try again later.");
        (await gateway.SendAsync(TestRequests.Of("GET", "/livez"))).Status.ShouldBe(200);
        var readiness = await gateway.SendAsync(TestRequests.Of("GET", "/readyz"));
        (readiness.Status, readiness.Body).ShouldBe((503, "overloaded: memory\n"));

        gateway.HeapPercent = 84;
        gateway.Get<HeapGuard>().Look();
        (await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Refuses_requests_while_no_thread_is_free()
    {
        await using var gateway = await EventsFixture.StartAsync();
        await gateway.Get<ThreadGuard>().StartAsync(CancellationToken.None);
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        gateway.Clock.Advance(TimeSpan.FromSeconds(3));

        var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        (answer.Status, answer.Headers.RetryAfter.ToString()).ShouldBe((503, "1"));
        answer.Errors.Single().ShouldBe("The gateway is too busy for requests now; try again later.");
        (await gateway.SendAsync(TestRequests.Of("GET", "/readyz"))).Body.ShouldBe("overloaded: threads\n");
    }

    [Fact]
    public async Task Says_that_a_body_ends_too_early_and_gives_its_memory_back()
    {
        // Enough for one body.
        await using var gateway = await EventsFixture.StartAsync(memory: 64 * 1024);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request");
        for (var i = 0; i < 3; i++)
        {
            var exchange = new TestExchange(TestRequests.Of(), new BrokenStream(new string('a', 3000)));

            var refusal = await Should.ThrowAsync<BadHttpRequestException>(() => gateway.SendAsync(exchange));

            (refusal.StatusCode, refusal.Message).ShouldBe((400, "The body of the request is malformed or incomplete."));
        }

        gateway.Calls.ShouldBeEmpty();
        (await gateway.SendAsync(TestRequests.Of(), new string('a', 3000))).Status.ShouldBe(200);
    }
}
