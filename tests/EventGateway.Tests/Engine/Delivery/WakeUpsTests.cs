using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class WakeUpsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _woken = [];
    private readonly WakeUps _wakeUps;

    public WakeUpsTests() => _wakeUps = new WakeUps(_time, key => _woken.Add(key.SubscriptionId));

    [Fact]
    public void Wakes_each_at_its_time()
    {
        Set("late", 30);
        Set("early", 10);
        Set("middle", 20);

        _time.Advance(TimeSpan.FromSeconds(9));
        _woken.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(1));
        _woken.ShouldBe(["early"]);
        _time.Advance(TimeSpan.FromSeconds(20));
        _woken.ShouldBe(["early", "middle", "late"]);
    }

    [Fact]
    public void Wakes_once_at_the_earliest_of_several_times()
    {
        Set("a", 30);
        Set("a", 10);
        Set("a", 20);

        _time.Advance(TimeSpan.FromSeconds(60));
        _woken.ShouldBe(["a"]);
    }

    [Fact]
    public void Wakes_again_when_asked_again()
    {
        Set("a", 10);
        _time.Advance(TimeSpan.FromSeconds(10));
        Set("a", 5);
        _time.Advance(TimeSpan.FromSeconds(5));
        _woken.ShouldBe(["a", "a"]);
    }

    [Fact]
    public void Wakes_at_once_for_a_time_that_has_passed()
    {
        Set("a", -1);
        SpinWait.SpinUntil(() => _woken.Count == 1, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    public void Dispose() => _wakeUps.Dispose();

    private void Set(string id, int seconds) =>
        _wakeUps.Set(new SubscriptionKey("default", id, "f"), _time.GetUtcNow() + TimeSpan.FromSeconds(seconds));
}
