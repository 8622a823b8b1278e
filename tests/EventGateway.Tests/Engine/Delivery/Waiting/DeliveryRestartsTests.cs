using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Api.Delivery;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Waiting;

public sealed class DeliveryRestartsTests : IAsyncDisposable
{
    private static readonly FunctionKey F = new("default", "f");
    private static readonly Function Before = TestRoutes.Http("http://a", "f");

    private readonly DispatcherFixture _fixture = new(timeProvider: new FakeTimeProvider());
    private readonly PlayedWaitingDeliveries _store = new();
    private readonly DeliveryOverview _overview;
    private readonly DeliveryRestarts _restarts;

    public DeliveryRestartsTests()
    {
        _overview = new DeliveryOverview(_store, _fixture, _fixture.Gates, _fixture.Dispatcher);
        _restarts = new DeliveryRestarts(_overview, _fixture.Gates, _fixture.Dispatcher, RegistryFixture.Providers, NullLogger<DeliveryRestarts>.Instance);
        _fixture.Route("f");
        _fixture.Route("g");
        _store.Add("1", "f", static delivery => delivery with { Attempts = 1, IsDue = false });
        _store.Add("2", "g", static delivery => delivery with { Attempts = 1, IsDue = false });
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_function_with_other_settings_gets_its_deliveries_at_once()
    {
        OpenBreaker();

        _restarts.OnChanged(Before, TestRoutes.Http("http://b", "f"));

        _fixture.Gates.Of(F).State.ShouldBe(CircuitState.Closed);
        await ShouldBeDueAsync("1");
    }

    [Fact]
    public async Task A_function_with_other_keys_for_signatures_waits_on()
    {
        OpenBreaker();

        var signed = TestRoutes.Http("http://a", "f") with
        {
            Provider = JsonElement.Parse("""{"url":"http://a","signing":{"keys":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}}"""u8),
        };
        _restarts.OnChanged(TestRoutes.Http("http://a", "f"), signed);
        _restarts.OnChanged(TestRoutes.Http("http://a", "g"), TestRoutes.Http("http://b", "g"));

        await ShouldBeDueAsync("2");
        _fixture.Gates.Of(F).State.ShouldBe(CircuitState.Open);
    }

    [Fact]
    public async Task A_function_that_is_written_without_a_change_waits_on()
    {
        OpenBreaker();

        _restarts.OnChanged(Before, TestRoutes.Http("http://a", "f") with { Metadata = new Dictionary<string, string> { ["a"] = "b" } });
        _restarts.OnChanged(TestRoutes.Http("http://a", "g"), TestRoutes.Http("http://b", "g"));

        await ShouldBeDueAsync("2");
        _fixture.Gates.Of(F).State.ShouldBe(CircuitState.Open);
    }

    [Theory]
    [InlineData("PT5S", null, null, true)]
    [InlineData("PT10S", "PT5M", null, true)]
    [InlineData("PT10S", null, BackoffPolicy.Linear, true)]
    [InlineData("PT20S", null, null, false)]
    public async Task A_subscription_with_shorter_waits_gets_its_deliveries_at_once(string delay, string? max, BackoffPolicy? policy, bool isDue)
    {
        var before = SubscriptionTo("f", new DeliverySettings { BackoffDelay = TimeSpan.FromSeconds(10) });
        _restarts.OnChanged(before, before with
        {
            Delivery = new DeliverySettings
            {
                BackoffDelay = System.Xml.XmlConvert.ToTimeSpan(delay),
                MaxDelay = max is null ? null : System.Xml.XmlConvert.ToTimeSpan(max),
                BackoffPolicy = policy,
            },
        });
        _restarts.OnChanged(SubscriptionTo("g", null) with { Enabled = false }, SubscriptionTo("g", null));

        await ShouldBeDueAsync(isDue ? "1,2" : "2");
    }

    [Fact]
    public async Task A_subscription_that_stays_disabled_waits_on()
    {
        var before = SubscriptionTo("f", new DeliverySettings { BackoffDelay = TimeSpan.FromSeconds(10) }) with { Enabled = false };
        _restarts.OnChanged(before, before with { Delivery = null });
        _restarts.OnChanged(SubscriptionTo("g", null) with { Enabled = false }, SubscriptionTo("g", null) with { Enabled = true });

        await ShouldBeDueAsync("2");
    }

    [Fact]
    public async Task A_call_that_was_under_way_when_the_function_was_changed_is_repeated_at_once()
    {
        await using var fixture = new DispatcherFixture(timeProvider: new FakeTimeProvider(), durable: true);
        var answer = new TaskCompletionSource<FunctionResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Functions.Play("f", _ => answer.Task);
        await fixture.AcceptAsync(DispatcherFixture.Event(), [fixture.Route("f")], default);
        await Eventually.HoldsAsync(() => fixture.Functions.CallsOf("f") == 1);

        fixture.Gates.Reset(F);
        fixture.Functions.Play("f", static _ => Task.FromResult(new FunctionResult(FunctionOutcome.Success)));
        answer.SetResult(new FunctionResult(FunctionOutcome.Retryable));

        await Eventually.HoldsAsync(() => fixture.Functions.CallsOf("f") == 2);
    }

    [Theory]
    [InlineData("the subscription is enabled", true)]
    [InlineData("disableAfter is changed", true)]
    [InlineData("disableAfter is removed", true)]
    [InlineData("the provider is changed", true)]
    [InlineData("the function is created again", true)]
    [InlineData("the subscription was missing", true)]
    [InlineData("the subscription is disabled", false)]
    [InlineData("the backoff is changed", false)]
    [InlineData("the function is written without a change", false)]
    public async Task Failures_of_before_a_change_count_until_it_lets_them_be_forgotten(string change, bool isForgotten)
    {
        var time = new FakeTimeProvider();
        await using var fixture = new DispatcherFixture(timeProvider: time, durable: true);
        var overview = new DeliveryOverview(_store, fixture, fixture.Gates, fixture.Dispatcher);
        var restarts = new DeliveryRestarts(overview, fixture.Gates, fixture.Dispatcher, RegistryFixture.Providers, NullLogger<DeliveryRestarts>.Instance);
        fixture.Functions.Play("f", static _ => Task.FromResult(new FunctionResult(FunctionOutcome.Permanent)));
        var route = fixture.Route("f", new DeliverySettings { DisableAfter = TimeSpan.FromMinutes(10) });
        for (var minute = 0; minute < 10; minute++)
        {
            await FailAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var (enabled, settings) = (route.Subscription, route.Subscription.Delivery!);
        switch (change)
        {
            case "the subscription is enabled":
                restarts.OnChanged(enabled with { Enabled = false }, enabled);
                break;
            case "disableAfter is changed":
                restarts.OnChanged(enabled with { Delivery = settings with { DisableAfter = TimeSpan.FromMinutes(5) } }, enabled);
                break;
            case "disableAfter is removed":
                restarts.OnChanged(enabled, enabled with { Delivery = null });
                break;
            case "the provider is changed":
                restarts.OnChanged(Before, TestRoutes.Http("http://b", "f"));
                break;
            case "the function is created again":
                restarts.OnChanged(null, Before);
                break;
            case "the subscription was missing":
                fixture.Remove(route);
                await fixture.AcceptAsync(DispatcherFixture.Event(), [route], default);
                await Eventually.HoldsAsync(() => fixture.Dispatcher.HoldsFor(F), "the delivery is held");
                fixture.Put(route);
                fixture.Dispatcher.Resume(new ChangedRoutes("default", enabled.SubscriptionId));
                break;
            case "the subscription is disabled":
                restarts.OnChanged(enabled, enabled with { Enabled = false });
                break;
            case "the backoff is changed":
                restarts.OnChanged(enabled, enabled with { Delivery = settings with { BackoffDelay = TimeSpan.FromSeconds(2) } });
                break;
            default:
                restarts.OnChanged(Before, TestRoutes.Http("http://a", "f"));
                break;
        }

        await FailAsync();

        (fixture.Find("default", enabled.SubscriptionId, "f")!.Subscription.Enabled is not false).ShouldBe(isForgotten);

        async Task FailAsync()
        {
            var verdicts = fixture.Durable.Verdicts.Count;
            await fixture.AcceptAsync(DispatcherFixture.Event(), [route], default);
            await Eventually.HoldsAsync(() => fixture.Durable.Verdicts.Count > verdicts, "the attempt has ended");
        }
    }

    private static Subscription SubscriptionTo(string function, DeliverySettings? delivery) =>
        TestRoutes.To(TestRoutes.OfType("played", function), delivery).Subscription;

    private void OpenBreaker()
    {
        var gate = _fixture.Gates.Of(F);
        for (var i = 0; i < 10; i++)
        {
            gate.Leave(healthy: false);
        }

        gate.State.ShouldBe(CircuitState.Open);
    }

    private Task ShouldBeDueAsync(string ids) => Eventually.HoldsAsync(async () =>
    {
        var due = (await _overview.ListAsync(new WaitingQuery("default"), 10, null, default)).Items.Where(item => item.Delivery.IsDue).Select(item => item.Delivery.Id);
        return string.Join(',', due.Order()) == ids;
    });
}
