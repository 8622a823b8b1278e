using EventGateway.Serving;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

/// <summary>When events are refused because work waits too long for a thread.</summary>
public sealed class ThreadGuardTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ThreadGuard _guard;
    private IThreadPoolWorkItem? _queued;

    public ThreadGuardTests() => _guard = new ThreadGuard(_time, item =>
    {
        _queued.ShouldBeNull();
        _queued = item;
    });

    public async ValueTask InitializeAsync() => await _guard.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Events_are_served_while_work_waits_a_little()
    {
        for (var i = 0; i < 10; i++)
        {
            Pass(3);
            RunQueued();
            _guard.RefusesEvents.ShouldBeFalse();
        }

        _guard.Delay.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Events_are_refused_while_work_waits_long()
    {
        Pass(3);
        _guard.RefusesEvents.ShouldBeFalse();
        Pass(1);
        _guard.RefusesEvents.ShouldBeTrue();
        _guard.Delay.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Events_are_served_again_once_work_waits_no_longer()
    {
        Pass(10);
        RunQueued();
        _guard.RefusesEvents.ShouldBeTrue();

        Pass(2);
        RunQueued();
        _guard.RefusesEvents.ShouldBeTrue();

        Pass(1);
        RunQueued();
        _guard.RefusesEvents.ShouldBeFalse();
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private void RunQueued()
    {
        var item = _queued.ShouldNotBeNull();
        _queued = null;
        item.Execute();
    }
}
