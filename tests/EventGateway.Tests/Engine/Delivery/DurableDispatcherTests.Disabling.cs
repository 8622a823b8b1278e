using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

// The subscriptions that deliveries disable.
public sealed partial class DurableDispatcherTests
{
    [Fact]
    public async Task Pauses_a_subscription_whose_function_is_gone_until_it_is_enabled_again()
    {
        Play("f", () => FunctionOutcome.Gone);
        var route = await AcceptAsync("1", "f");
        await VerdictsAsync(1);
        await AcceptAsync("2", "f", put: false);
        _time.Advance(TimeSpan.FromMinutes(10));
        _fixture.Functions.CallsOf("f").ShouldBe(1);
        _fixture.Durable.Count.ShouldBe(2);
        _fixture.Find("default", route.Subscription.SubscriptionId, "f")!.Subscription.DisabledReason
            .ShouldBe("Function f answered with status 410: it wants no more events.");
        _fixture.SubscriptionObserver.Calls.ShouldHaveSingleItem().ShouldStartWith("disabled sub-f: Function f answered");

        Play("f", () => FunctionOutcome.Success);
        _fixture.Put(route);
        _time.Advance(TimeSpan.FromSeconds(10));
        await VerdictsAsync(3);
        _fixture.Durable.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Disables_a_subscription_whose_attempts_fail_for_too_long()
    {
        Play("f", () => FunctionOutcome.Permanent);
        for (var minute = 0; minute <= 10; minute++)
        {
            await AcceptAsync($"{minute}", "f", new DeliverySettings { DisableAfter = TimeSpan.FromMinutes(10) });
            await VerdictsAsync(minute + 1);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _fixture.Find("default", "sub-f", "f")!.Subscription.DisabledReason!.ShouldStartWith("Every attempt has failed since 2026-01-01T00:00:00Z, for PT10M");
        _fixture.SubscriptionObserver.Calls.Select(call => call.Split(':')[0]).ShouldBe(["failing sub-f", "failing sub-f", "disabled sub-f"]);
    }

    [Fact]
    public async Task Disables_a_subscription_whose_attempts_the_circuit_breaker_spaces_out()
    {
        Play("f", () => FunctionOutcome.Retryable);
        var settings = new DeliverySettings { DisableAfter = TimeSpan.FromSeconds(90), MaxDelay = TimeSpan.FromSeconds(1) };
        for (var i = 0; i < 100; i++)
        {
            await AcceptAsync($"{i}", "f", settings, concurrency: 1);
        }

        await VerdictsAsync(10);
        var verdicts = 10;
        foreach (var pause in (int[])[1, 2, 4, 8, 16, 32, 60])
        {
            _fixture.Find("default", "sub-f", "f")!.Subscription.Enabled.ShouldNotBe(false);
            _time.Advance(TimeSpan.FromSeconds(pause));
            await VerdictsAsync(++verdicts);
        }

        _fixture.Find("default", "sub-f", "f")!.Subscription.DisabledReason!.ShouldStartWith("Every attempt has failed since 2026-01-01T00:00:00Z, for PT1M30S");
    }

    [Fact]
    public async Task Keeps_a_subscription_enabled_whose_function_for_dead_letters_is_gone()
    {
        Play("f", () => FunctionOutcome.Permanent);
        Play("undertaker", () => FunctionOutcome.Gone);
        var route = await AcceptAsync("1", "f", new DeliverySettings { DeadLetterFunctionId = "undertaker" });

        await VerdictsAsync(2);
        _fixture.Durable.Verdicts.Select(item => item.Verdict.Fate).ShouldBe([DeliveryFate.DeadLettered, DeliveryFate.DeadLettered]);
        _fixture.Durable.Verdicts.Select(item => item.Verdict.Attempt!.Outcome).ShouldBe([FunctionOutcome.Permanent, FunctionOutcome.Gone], ignoreOrder: true);
        _fixture.Find("default", route.Subscription.SubscriptionId, "f")!.Subscription.Enabled.ShouldNotBe(false);
        _fixture.SubscriptionObserver.Calls.ShouldBeEmpty();
    }
}
