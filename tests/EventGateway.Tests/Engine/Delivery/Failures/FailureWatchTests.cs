using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery.Failures;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Subscriptions;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Failures;

public sealed class FailureWatchTests : IAsyncDisposable
{
    private const string Reason =
        "Every attempt has failed since 2026-01-01T00:00:00Z, for PT8H or longer. The last one: The function answered with status 500.";

    private static readonly FunctionResult Failed = new(FunctionOutcome.Retryable) { Status = 500, Error = "The function answered with status 500." };
    private static readonly FunctionResult Succeeded = new(FunctionOutcome.Success);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly DispatcherFixture _routes;
    private readonly MemoryFailureStore _store = new();
    private readonly RecordingSubscriptionObserver _observer = new();
    private readonly RecordingLogger<FailureWatch> _logger = new();
    private readonly Subscription _subscription;
    private FailureWatch _watch;

    public FailureWatchTests()
    {
        _routes = new DispatcherFixture(timeProvider: _time, durable: true);
        _subscription = _routes.Route("f", new DeliverySettings { DisableAfter = TimeSpan.FromHours(8) }).Subscription;
        _watch = NewWatch();
    }

    public ValueTask DisposeAsync() => _routes.DisposeAsync();

    [Fact]
    public async Task Warns_at_half_and_three_quarters_of_the_time_and_then_disables_the_subscription()
    {
        for (var hour = 0; hour < 8; hour++)
        {
            await FailAfterAsync(hour == 0 ? 0 : 1);
            Current.Enabled.ShouldNotBe(false);
        }

        _observer.Calls.ShouldBe(["failing sub-f", "failing sub-f"]);
        await FailAfterAsync(1);

        Current.Enabled.ShouldBe(false);
        Current.DisabledReason.ShouldBe(Reason);
        _observer.Calls[^1].ShouldBe($"disabled sub-f: {Reason}");
        _observer.LastFailure!.Since.ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _logger.Entries.Select(entry => entry.Level).ShouldBe([LogLevel.Warning, LogLevel.Warning, LogLevel.Warning]);
        _logger.Entries[0].Text.ShouldContain("50 % of its disableAfter (PT8H)");
        _logger.Entries[1].Text.ShouldContain("75 % of its disableAfter (PT8H)");
        await Eventually.HoldsAsync(() => _store.Kept.Count == 0, "the failures are forgotten");
    }

    [Fact]
    public async Task Tells_of_a_recovery_only_after_a_warning()
    {
        await FailAfterAsync(0, 1, 1);
        await SucceedAsync();
        await FailAfterAsync(1, 1, 1, 1, 1);
        await SucceedAsync();

        _observer.Calls.ShouldBe(["failing sub-f", "recovered sub-f since 2026-01-01 03:00:00Z"]);
        await Eventually.HoldsAsync(() => _store.Kept.Count == 0, "the failures are forgotten");
    }

    [Fact]
    public async Task Does_not_count_a_pause_in_which_nothing_was_tried()
    {
        await FailAfterAsync(0, 3, 24 * 7);

        _observer.Calls.ShouldBeEmpty();
        await FailAfterAsync(4);
        _observer.Calls.ShouldBe(["failing sub-f"]);
    }

    [Fact]
    public async Task Counts_a_wait_of_the_retry_policy_that_is_longer_than_half_of_the_time()
    {
        var patient = new DeliverySettings { DisableAfter = TimeSpan.FromHours(8), BackoffDelay = TimeSpan.FromHours(7), MaxDelay = TimeSpan.FromHours(7) };
        var subscription = _routes.Route("patient", patient).Subscription;
        await _watch.NoteAsync(subscription, Failed, null, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromHours(7));
        await _watch.NoteAsync(subscription, Failed, null, _time.GetUtcNow());
        _time.Advance(TimeSpan.FromHours(7));
        await _watch.NoteAsync(subscription, Failed, null, _time.GetUtcNow());

        _routes.Find("default", "sub-patient", "patient")!.Subscription.Enabled.ShouldBe(false);
    }

    [Fact]
    public async Task Goes_on_counting_after_a_restart_without_repeating_a_warning()
    {
        await FailAfterAsync(0, 2, 2);
        await Eventually.HoldsAsync(() => _store.Kept is [{ Stage: FailureStage.Half }], "the failures are stored");

        _watch = NewWatch();
        await _watch.LoadAsync(default);
        await FailAfterAsync(1, 3);

        _observer.Calls.Count.ShouldBe(2);
        Current.DisabledReason.ShouldBe(Reason);
    }

    [Fact]
    public async Task Tries_again_to_disable_a_subscription_at_the_next_failure()
    {
        _routes.DisableFault = new IOException("full");
        await FailAfterAsync(0, 1, 1, 1, 1, 1, 1, 1, 1);
        Current.Enabled.ShouldNotBe(false);
        _logger.Entries[^1].Level.ShouldBe(LogLevel.Error);
        _logger.Entries[^1].Text.ShouldContain("could not be disabled");

        _routes.DisableFault = null;
        await FailAfterAsync(0);

        Current.DisabledReason.ShouldBe(Reason);
        _observer.Calls.Count(call => call.StartsWith("disabled", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Disables_a_subscription_after_a_restart_that_came_before_it_was_disabled()
    {
        _routes.DisableFault = new IOException("full");
        await FailAfterAsync(0, 4, 4);
        await Eventually.HoldsAsync(() => _store.Kept is [{ Stage: FailureStage.ThreeQuarters }], "the failures are stored");

        _routes.DisableFault = null;
        _watch = NewWatch();
        await _watch.LoadAsync(default);
        await FailAfterAsync(1);

        Current.DisabledReason.ShouldBe(Reason);
    }

    [Fact]
    public async Task Disables_a_subscription_that_is_stored_as_disabled_but_is_not()
    {
        var now = _time.GetUtcNow();
        await _store.SaveFailingAsync(new FailingSubscription("default", "sub-f", now.AddHours(-8), now.AddHours(-1), FailureStage.Over), default);

        _watch = NewWatch();
        await _watch.LoadAsync(default);
        await FailAfterAsync(0);

        Current.Enabled.ShouldBe(false);
    }

    [Fact]
    public async Task Counts_the_time_in_which_an_event_waited_for_its_attempt()
    {
        var accepted = _time.GetUtcNow();
        await FailAsync(accepted);
        _time.Advance(TimeSpan.FromHours(8));
        await FailAsync(accepted);

        Current.Enabled.ShouldBe(false);
    }

    [Fact]
    public async Task Does_not_count_a_time_in_which_the_gateway_did_not_run()
    {
        var accepted = _time.GetUtcNow();
        await FailAfterAsync(0, 1);
        await Eventually.HoldsAsync(() => _store.Kept.Count == 1, "the failures are stored");

        _time.Advance(TimeSpan.FromHours(24));
        _watch = NewWatch();
        await _watch.LoadAsync(default);
        await FailAsync(accepted);

        Current.Enabled.ShouldNotBe(false);
        await Eventually.HoldsAsync(() => _store.Kept.Count == 0, "the failures are forgotten");
    }

    [Fact]
    public async Task Stores_nothing_about_a_function_that_fails_now_and_then()
    {
        for (var i = 0; i < 1000; i++)
        {
            await FailAfterAsync(0);
            _time.Advance(TimeSpan.FromSeconds(30));
            await SucceedAsync();
        }

        _store.Writes.ShouldBe(0);
        _observer.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stores_the_failures_later_when_the_store_fails()
    {
        _store.Fault = new IOException("full");
        await FailAfterAsync(0, 1);

        await Eventually.HoldsAsync(() => _store.Writes == 1, "the write fails");
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return _store.Kept.Count == 1;
            },
            "the failures are stored");
        _logger.Entries.ShouldContain(entry => entry.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Counts_neither_a_call_that_a_plug_in_stopped_nor_a_subscription_without_the_setting()
    {
        var without = _routes.Route("without").Subscription;
        for (var hour = 0; hour < 24; hour++)
        {
            await _watch.NoteAsync(_subscription, new FunctionResult(FunctionOutcome.Refused) { Error = "no" }, null, _time.GetUtcNow());
            await _watch.NoteAsync(without, Failed, null, _time.GetUtcNow());
            _time.Advance(TimeSpan.FromHours(1));
        }

        _observer.Calls.ShouldBeEmpty();
        _store.Writes.ShouldBe(0);
    }

    [Fact]
    public async Task Forgets_a_deleted_subscription()
    {
        await FailAfterAsync(0, 3);
        await Eventually.HoldsAsync(() => _store.Kept.Count == 1, "the failures are stored");

        _watch.Forget("default", "sub-f");

        await Eventually.HoldsAsync(() => _store.Kept.Count == 0, "the failures are forgotten");
        await FailAfterAsync(1);
        _observer.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("default", "f", true)]
    [InlineData("default", "other", false)]
    [InlineData("elsewhere", "f", false)]
    public async Task Forgets_the_failures_of_a_changed_function(string space, string functionId, bool isForgotten)
    {
        await FailAfterAsync(0, 3);
        await Eventually.HoldsAsync(() => _store.Kept.Count == 1, "the failures are stored");

        _watch.Forget(new FunctionKey(space, functionId));

        await FailAfterAsync(1);
        _observer.Calls.Count.ShouldBe(isForgotten ? 0 : 1);
    }

    private Subscription Current => _routes.Find("default", "sub-f", "f")!.Subscription;

    private FailureWatch NewWatch() => new(_routes, _store, _observer, SteadyTimeProvider.Of(_time), _logger, CancellationToken.None);

    private async Task FailAfterAsync(params int[] hours)
    {
        foreach (var pause in hours)
        {
            _time.Advance(TimeSpan.FromHours(pause));
            await FailAsync(_time.GetUtcNow());
        }
    }

    private ValueTask FailAsync(DateTimeOffset accepted) => _watch.NoteAsync(
        _subscription, Failed, new DeliveryAttempt(_time.GetUtcNow(), TimeSpan.Zero, Failed.Outcome, Failed.Status, Failed.Error), accepted);

    private ValueTask SucceedAsync() => _watch.NoteAsync(_subscription, Succeeded, null, _time.GetUtcNow());
}
