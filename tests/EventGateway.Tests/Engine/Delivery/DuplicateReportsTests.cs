using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class DuplicateReportsTests
{
    [Fact]
    public async Task Counts_duplicates_by_space()
    {
        await using var fixture = new DispatcherFixture(timeProvider: new FakeTimeProvider());
        var route = fixture.Route("f");
        for (var i = 0; i < 3; i++)
        {
            (await AcceptAsync(fixture, route, "1", "2")).IsAccepted.ShouldBeTrue();
        }

        fixture.Counted("duplicate_events_total{space=default}", "eventgateway_").ShouldBe(4);
        (await fixture.DrainAsync()).ShouldBe(0);
        fixture.Functions.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Warns_once_a_minute_that_keys_are_forgotten()
    {
        var time = new FakeTimeProvider();
        await using var fixture = new DispatcherFixture(new GatewayDefaults { DedupKeys = 2 }, time);
        var route = fixture.Route("f");
        for (var i = 0; i < 5; i++)
        {
            await AcceptAsync(fixture, route, $"{i}");
        }

        time.Advance(TimeSpan.FromMinutes(1));
        await AcceptAsync(fixture, route, "5");

        fixture.Counted("dedup_keys_forgotten_total", "eventgateway_").ShouldBe(4);
        var lines = fixture.Duplicates.Entries.Where(entry => entry.Level is LogLevel.Warning).Select(entry => entry.Text).ToList();
        lines.Count.ShouldBe(2);
        lines[0].ShouldContain("Raise --dedup-keys or shorten --dedup-window.");
        lines[1].ShouldEndWith("(2 more since the last line)");
    }

    private static ValueTask<AcceptResult> AcceptAsync(DispatcherFixture fixture, Route route, params string[] ids) => fixture.Intake.AcceptAsync(
        [.. ids.Select(id => new EventDeliveries(DispatcherFixture.Event(id), [route]) { Keys = new EventKeys(TimeSpan.FromHours(1), EventKey.Of(id)) })], default);
}
