using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Tests.Engine.Subscriptions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class DisabledSubscriptionTests
{
    private const string Body = """{"type":"async","eventType":"test.event","functionId":"fn","enabled":ENABLED}""";
    private const string ByClient = "It was disabled through the Configuration API.";

    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Says_why_and_since_when_a_subscription_is_disabled()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync(_time);
        var created = await CreateAsync(fixture, enabled: true);
        (created.DisabledReason, created.DisabledAt).ShouldBe((null, null));
        _time.Advance(TimeSpan.FromMinutes(1));

        var disabled = await UpdateAsync(fixture, created, Body.Replace("ENABLED", "false"));

        disabled.DisabledReason.ShouldBe(ByClient);
        disabled.DisabledAt.ShouldBe(Start.UtcDateTime.AddMinutes(1));
        RegistryFixture.Text(fixture.Registry.Subscriptions, fixture.Registry.Subscriptions.Get("default", created.SubscriptionId).Entry!)
            .ShouldEndWith($$""","enabled":false,"disabledReason":"{{ByClient}}","disabledAt":"2026-01-31T12:01:00Z"}""");
    }

    [Fact]
    public async Task Reports_a_subscription_that_a_client_disables_once()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync(_time);
        var observer = new RecordingSubscriptionObserver();
        fixture.Registry.SubscriptionObserver = observer;
        var created = await CreateAsync(fixture, enabled: true);

        await UpdateAsync(fixture, created, Body.Replace("ENABLED", "false"));
        await UpdateAsync(fixture, created, Body.Replace("ENABLED", "false"));
        await UpdateAsync(fixture, created, Body.Replace("ENABLED", "true"));

        observer.Calls.ShouldBe([$"disabled {created.SubscriptionId}: {ByClient}"]);
    }

    [Fact]
    public async Task Keeps_the_first_reason_whatever_a_later_write_sends()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync(_time);
        var created = await CreateAsync(fixture, enabled: true);
        (await fixture.Registry.DisableAsync("default", created.SubscriptionId, "Function fn wants no more.", default)).ShouldBeTrue();
        (await fixture.Registry.DisableAsync("default", created.SubscriptionId, "Another reason.", default)).ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(1));

        var written = await UpdateAsync(
            fixture, created, Body.Replace("ENABLED", """false,"disabledReason":["mine"],"disabledAt":"2020-01-01T00:00:00Z" """));

        written.DisabledReason.ShouldBe("Function fn wants no more.");
        written.DisabledAt.ShouldBe(Start.UtcDateTime);
    }

    [Fact]
    public async Task Forgets_the_reason_when_the_subscription_is_enabled()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync(_time);
        var created = await CreateAsync(fixture, enabled: false);
        created.DisabledReason.ShouldBe(ByClient);

        var enabled = await UpdateAsync(
            fixture, created, Body.Replace("ENABLED", $$"""true,"disabledReason":"{{ByClient}}","disabledAt":"2026-01-31T12:00:00Z" """));

        (enabled.DisabledReason, enabled.DisabledAt).ShouldBe((null, null));
    }

    [Fact]
    public async Task Reads_them_again_after_a_restart_and_shows_none_for_one_that_was_stored_without()
    {
        var store = new MemoryConfigStore();
        Subscription known;
        await using (var before = await RegistryFixture.WithFunctionAsync(_time, store))
        {
            known = await CreateAsync(before, enabled: false);
        }

        var entry = store.Entries.Single(stored => stored.Key.Id == known.SubscriptionId);
        await using (var restarted = await RegistryFixture.StartAsync(store, _time))
        {
            restarted.Registry.Subscriptions.Get("default", known.SubscriptionId).Entry!.Resource.ShouldBe(known);
        }

        var old = """{"space":"default","subscriptionId":"x","type":"async","eventType":"test.event","functionId":"fn","path":"/","method":"POST","enabled":false}""";
        await store.UpdateAsync(entry.Key, RegistryFixture.Utf8(old), entry.Revision, CancellationToken.None);
        await using var upgraded = await RegistryFixture.StartAsync(store, _time);
        var read = upgraded.Registry.Subscriptions.Get("default", known.SubscriptionId).Entry!.Resource;
        (read.Enabled, read.DisabledReason, read.DisabledAt).ShouldBe((false, null, null));
    }

    private static async Task<Subscription> CreateAsync(RegistryFixture fixture, bool enabled) =>
        (await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Body.Replace("ENABLED", enabled ? "true" : "false"))).Resource;

    private static async Task<Subscription> UpdateAsync(RegistryFixture fixture, Subscription subscription, string body)
    {
        var result = await fixture.Registry.Subscriptions.UpdateAsync(
            "default", subscription.SubscriptionId, RegistryFixture.Utf8(body), RevisionConditions.None, CancellationToken.None);
        return result.Entry.ShouldNotBeNull().Resource;
    }
}
