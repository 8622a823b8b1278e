using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.SystemEvents;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.SystemEvents;

public sealed class DeadLetterReportsTests : IDisposable
{
    private readonly ConcurrentQueue<string> _reported = new();
    private readonly ManualResetEventSlim _release = new();
    private readonly DeadLetterReports _reports;

    public DeadLetterReportsTests() => _reports = new DeadLetterReports((letter, _) =>
    {
        _reported.Enqueue(letter.Id);
        _release.Wait(TimeSpan.FromSeconds(30));
    });

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    [Fact]
    public async Task Refuses_dead_letters_while_too_many_wait_and_reports_the_others_in_order()
    {
        await HoldAsync();

        var added = Enumerable.Range(1, 5000).Count(id => _reports.TryAdd(Letter($"{id}", 10), null));

        added.ShouldBe(DeadLetterReports.MaxWaiting);
        _release.Set();
        await Eventually.HoldsAsync(() => _reported.Count == 1 + added, "the others are reported");
        _reported.ShouldBe(Enumerable.Range(0, 1 + added).Select(id => $"{id}"));
        _reports.TryAdd(Letter("next", 10), null).ShouldBeTrue();
        await Eventually.HoldsAsync(() => _reported.Count == 2 + added, "the next one is reported");
    }

    [Fact]
    public async Task Refuses_dead_letters_while_too_many_bytes_wait_but_never_a_single_one()
    {
        await HoldAsync();

        var half = (int)DeadLetterReports.MaxWaitingBytes / 2;
        _reports.TryAdd(Letter("1", half), null).ShouldBeTrue();
        _reports.TryAdd(Letter("2", half), null).ShouldBeFalse();
        _reports.TryAdd(Letter("3", 10), null).ShouldBeTrue();
        _release.Set();
        await Eventually.HoldsAsync(() => _reported.Count == 3, "the others are reported");

        var large = Letter("4", 3 * half);
        await Eventually.HoldsAsync(() => _reports.TryAdd(large, null), "there is room");
        await Eventually.HoldsAsync(() => _reported.Count == 4, "the large one is reported");
    }

    private static DeadLetter Letter(string id, int bytes) => new()
    {
        Id = id,
        Subscription = new SubscriptionKey("default", "s", "f"),
        EventId = "1",
        EventType = "test.event",
        AcceptedAt = DateTimeOffset.UnixEpoch,
        DiedAt = DateTimeOffset.UnixEpoch,
        Attempts = 1,
        Reason = "bad",
        Event = new byte[bytes],
    };

    // The first one is held while it is reported, so the others wait.
    private async Task HoldAsync()
    {
        _reports.TryAdd(Letter("0", 10), null).ShouldBeTrue();
        await Eventually.HoldsAsync(() => _reported.Count == 1, "the first one is being reported");
    }
}
