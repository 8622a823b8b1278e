using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Plugins;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Plugins;

public sealed class LoadedPluginTests
{
    [Fact]
    public void Takes_subscriptions_to_system_events()
    {
        TryCreate(out var error, [.. Types.Select(type => new PluginSubscription(type, PluginMode.Async))]).ShouldBeTrue(error);
        TryCreate(out error, new(SystemEventTypes.EventReceived, PluginMode.Sync), new(SystemEventTypes.FunctionInvoking, PluginMode.Sync)).ShouldBeTrue(error);
    }

    [Theory]
    [InlineData("order.placed")]
    [InlineData("http.request")]
    [InlineData("eventgateway.nothing")]
    [InlineData(null)]
    public void Refuses_other_types(string? type)
    {
        TryCreate(out var error, new PluginSubscription(type!, PluginMode.Async)).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldStartWith($"p subscribes to \"{type}\"; accepted: eventgateway.event.received,");
    }

    [Theory]
    [InlineData(SystemEventTypes.FunctionInvoked)]
    [InlineData(SystemEventTypes.FunctionInvocationFailed)]
    public void Refuses_to_wait_for_an_answer_to_what_has_happened(string type)
    {
        TryCreate(out var error, new PluginSubscription(type, PluginMode.Sync)).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldContain("has already happened");
    }

    [Fact]
    public void Refuses_no_subscription_and_two_to_one_type()
    {
        TryCreate(out var error).ShouldBeFalse();
        error.ShouldBe("p subscribes to nothing.");

        TryCreate(out error, new(Types[0], PluginMode.Sync), new(Types[0], PluginMode.Async)).ShouldBeFalse();
        error.ShouldBe("p subscribes to eventgateway.event.received more than once.");
    }

    [Fact]
    public void Tells_what_a_plug_in_throws_when_it_is_created()
    {
        LoadedPlugin.TryCreate("p", () => throw new InvalidDataException("No settings."), out _, out var error).ShouldBeFalse();

        error.ShouldBe("p could not be created: InvalidDataException: No settings.");
    }

    [Fact]
    public async Task Waits_for_no_constructor_that_hangs()
    {
        var clock = new FakeTimeProvider();
        using var release = new ManualResetEventSlim();

        var creation = LoadedPlugin.CreateAsync("p", Hang, new PluginLimits(), clock);
        clock.Advance(TimeSpan.FromSeconds(29.9));
        creation.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(0.1));

        (await creation).ShouldBe((null, "p could not be created within 30 s."));
        release.Set();

        IPlugin Hang()
        {
            release.Wait(CancellationToken.None);
            throw new InvalidDataException("Not awaited.");
        }
    }

    private static string[] Types =>
        [SystemEventTypes.EventReceived, SystemEventTypes.FunctionInvoking, SystemEventTypes.FunctionInvoked, SystemEventTypes.FunctionInvocationFailed];

    private static bool TryCreate(out string? error, params PluginSubscription[] subscriptions) =>
        LoadedPlugin.TryCreate("p", () => new PlayedPlugin(PluginMode.Async, (_, _) => default) { Subscriptions = subscriptions }, out _, out error);
}
