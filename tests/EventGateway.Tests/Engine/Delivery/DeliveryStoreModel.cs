using CsCheck;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Compares a delivery store with lists, over random histories.</summary>
internal sealed class DeliveryStoreModel(FakeTimeProvider time)
{
    private static readonly Route[] Routes = [.. Enumerable.Range(0, 3).Select(i => TestRoutes.To(TestRoutes.OfType("test", $"f{i}")))];
    private readonly List<Entry> _waiting = [];
    private readonly List<(Entry Entry, LeasedDelivery Delivery)> _leased = [];
    private readonly List<Entry> _dead = [];
    private readonly Dictionary<EventKey, DateTimeOffset> _windows = [];
    private int _events;

    public enum Step
    {
        Append,
        Lease,
        LeaseOverdue,
        Complete,
        Drop,
        Advance,
        Retry,
        Redeliver,
        Delete,
        Restart,
    }

    /// <summary>Generates histories: steps, each with a number that selects a subscription or an amount.</summary>
    public static Gen<(Step Step, int Number)[]> Histories(bool restarts) =>
        Gen.Select(
            Gen.Frequency(
                (5, Gen.Const(Step.Append)),
                (5, Gen.Const(Step.Lease)),
                (2, Gen.Const(Step.LeaseOverdue)),
                (8, Gen.Const(Step.Complete)),
                (1, Gen.Const(Step.Drop)),
                (2, Gen.Const(Step.Advance)),
                (restarts ? 2 : 0, Gen.Const(Step.Retry)),
                (restarts ? 1 : 0, Gen.Const(Step.Redeliver)),
                (restarts ? 1 : 0, Gen.Const(Step.Delete)),
                (restarts ? 1 : 0, Gen.Const(Step.Restart))),
            Gen.Int[0, 1000]).Array[1, 60];

    /// <summary>Makes one step on the store and the model, and compares them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="step">The step, not a restart.</param>
    /// <param name="number">Selects a subscription or an amount.</param>
    /// <param name="settle">Waits until completions have taken effect.</param>
    public async Task DoAsync(IDeliveryStore store, Step step, int number, Func<ValueTask> settle)
    {
        switch (step)
        {
            case Step.Append:
                await AppendAsync(store, number);
                break;
            case Step.Lease:
                await LeaseAsync(store, Routes[number % Routes.Length], 1 + (number / 3 % 7));
                break;
            case Step.LeaseOverdue:
                await LeaseAsync(store, Routes[number % Routes.Length], 1 + (number / 3 % 7), time.GetUtcNow() - TimeSpan.FromMilliseconds(number));
                break;
            case Step.Drop:
                await DropAsync(store, Routes[number % Routes.Length]);
                await settle();
                break;
            case Step.Complete when _leased.Count > 0:
                await CompleteAsync(store, number);
                await settle();
                break;
            case Step.Advance:
                time.Advance(TimeSpan.FromMilliseconds(number));
                break;
            case Step.Retry when store is IWaitingDeliveries retried:
                await RetryAsync(retried, number);
                break;
            case Step.Redeliver when store is IDeadLetterStore letters:
                (await RedeliverAsync(letters, number)).Count.ShouldBe(Exhume(number, entry =>
                    _waiting.Add(entry with { Attempts = 0, Due = time.GetUtcNow(), IsDropped = false })));
                break;
            case Step.Delete when store is IDeadLetterStore letters:
                (await letters.DeleteAsync(FilterOf(number), default)).ShouldBe(Exhume(number, static _ => { }));
                break;
            default:
                break;
        }

        if (store is IDeadLetterStore list)
        {
            // The newest come first.
            (await list.ListAsync(new DeadLetterFilter { Space = "default" }, 1000, null, default)).Items
                .Select(letter => (letter.EventId, letter.Subscription, letter.Attempts))
                .ShouldBe(_dead.AsEnumerable().Reverse().Select(entry => (entry.Id, KeyOf(entry.Route), entry.Attempts)));
        }

        if (store is IWaitingDeliveries waiting)
        {
            await ShouldListAsync(waiting, number);
        }

        // A leased delivery that was dropped may count until its end.
        var dropped = _leased.Count(item => item.Entry.IsDropped);
        store.Count.ShouldBeInRange(_waiting.Count + _leased.Count - dropped, _waiting.Count + _leased.Count);
        (await store.ListWaitingAsync(default))
            .ShouldBe(_waiting.Concat(_leased.Select(item => item.Entry)).Select(entry => KeyOf(entry.Route)).Distinct(), ignoreOrder: true);
    }

    /// <summary>Notes that the leases have ended with the process.</summary>
    public void Restart()
    {
        _waiting.AddRange(_leased.Select(item => item.Entry).Where(entry => !entry.IsDropped));
        _leased.Clear();
    }

    /// <summary>Leases all deliveries that are left, due or not.</summary>
    public async Task DrainAsync(IDeliveryStore store)
    {
        time.Advance(TimeSpan.FromDays(1));
        foreach (var route in Routes)
        {
            await LeaseAsync(store, route, 1000);
        }

        _waiting.ShouldBeEmpty();
    }

    // The deliveries of one function.
    private static DeadLetterFilter FilterOf(int number) =>
        new() { Space = "default", FunctionId = Routes[number % Routes.Length].Subscription.FunctionId };

    // The dead letters of one subscription, by a filter or because no other has a route.
    private static ValueTask<Redelivery> RedeliverAsync(IDeadLetterStore letters, int number) => number % 2 == 0
        ? letters.RedeliverAsync(FilterOf(number), static _ => true, default)
        : letters.RedeliverAsync(new DeadLetterFilter { Space = "default" }, KeyOf(Routes[number % Routes.Length]).Equals, default);

    private int Exhume(int number, Action<Entry> then)
    {
        var chosen = _dead.Where(entry => entry.Route == Routes[number % Routes.Length]).ToList();
        chosen.ForEach(then);
        return _dead.RemoveAll(chosen.Contains);
    }

    private static SubscriptionKey KeyOf(Route route) =>
        new(route.Subscription.Space, route.Subscription.SubscriptionId, route.Subscription.FunctionId);

    // All, or those of a function, or those with or without attempts, in pages.
    private async Task ShouldListAsync(IWaitingDeliveries store, int number)
    {
        var filter = new WaitingFilter
        {
            Space = "default",
            FunctionId = number % 2 == 0 ? null : Routes[number % Routes.Length].Subscription.FunctionId,
            HasFailed = (number % 5) switch { 0 => true, 1 => false, _ => null },
        };
        var left = KeyOf(Routes[number / 5 % Routes.Length]);
        var listed = new List<WaitingDelivery>();
        for (string? cursor = null; ;)
        {
            var page = await store.ListAsync(filter, key => key != left, 1 + (number % 4), cursor, default);
            listed.AddRange(page.Items);
            page.Items.Count.ShouldBeLessThanOrEqualTo(1 + (number % 4));
            cursor = page.Next;
            if (cursor is null)
            {
                break;
            }
        }

        var now = time.GetUtcNow();
        listed.Select(delivery => (delivery.EventId, delivery.Subscription, delivery.Attempts, delivery.DueAt, delivery.IsDue)).ShouldBe(
            _waiting.Concat(_leased.Select(item => item.Entry)).Where(entry => !entry.IsDropped)
                .Where(entry => KeyOf(entry.Route) != left && (filter.FunctionId ?? entry.Route.Function.FunctionId) == entry.Route.Function.FunctionId)
                .Where(entry => filter.HasFailed is not { } failed || entry.Attempts > 0 == failed)
                .Select(entry => (entry.Id, KeyOf(entry.Route), entry.Attempts, entry.Due, entry.Due <= now)),
            ignoreOrder: true);
        listed.Select(delivery => delivery.Id).Distinct().Count().ShouldBe(listed.Count);
    }

    private async Task RetryAsync(IWaitingDeliveries store, int number)
    {
        var filter = new WaitingFilter { Space = "default", HasFailed = (number % 4) switch { 0 => false, 1 => true, _ => null } };
        var now = time.GetUtcNow();
        bool Selects(Entry entry) => !entry.IsDropped
            && entry.Route != Routes[number % Routes.Length]
            && (filter.HasFailed ?? entry.Attempts > 0) == entry.Attempts > 0;

        var result = await store.RetryAsync(filter, key => key != KeyOf(Routes[number % Routes.Length]), default);

        result.Count.ShouldBe(_waiting.Count(Selects) + _leased.Count(item => Selects(item.Entry)));
        result.Subscriptions.ShouldBe(
            _waiting.Concat(_leased.Select(item => item.Entry)).Where(Selects).Select(entry => KeyOf(entry.Route)).Distinct(), ignoreOrder: true);
        for (var i = 0; i < _waiting.Count; i++)
        {
            _waiting[i] = Selects(_waiting[i]) && _waiting[i].Due > now ? _waiting[i] with { Due = now } : _waiting[i];
        }
    }

    private async Task AppendAsync(IDeliveryStore store, int number)
    {
        var events = new List<EventDeliveries>();
        var duplicates = new List<int>();
        for (var i = 0; i <= number % 4; i++)
        {
            Route[] routes = [.. Routes.Where((_, index) => ((number >> (index + i)) & 1) == 1 || index == number % 3)];
            var id = $"{_events++}";
            Route[] skipped = [.. Routes.Except(routes).Take(number % 2)];
            var keys = number % 3 == 0 ? null : KeysOf(number, number + i);
            events.Add(new EventDeliveries(DispatcherFixture.Event(id, number), routes) { Skipped = skipped.Length == 0 ? null : skipped, Keys = keys });
            if (keys is not null && !TryBegin(keys))
            {
                duplicates.Add(i);
                continue;
            }

            _waiting.AddRange(routes.Select(route => new Entry(id, route, 0, time.GetUtcNow())));
        }

        var result = await store.AppendAsync(events, default);
        result.IsAccepted.ShouldBeTrue();
        (result.Duplicates ?? []).ShouldBe(duplicates);
    }

    // Few keys, so that events meet. Windows are about as long as the steps of the clock.
    private static EventKeys KeysOf(int number, int key) => new(
        TimeSpan.FromMilliseconds(1 + number), EventKey.Of($"{key % 7}"), number % 5 == 0 ? EventKey.Of($"{(key + 3) % 7}") : null);

    private bool TryBegin(EventKeys keys)
    {
        EventKey[] own = keys.Second is { } second ? [keys.First, second] : [keys.First];
        var now = time.GetUtcNow();
        if (own.Any(key => _windows.TryGetValue(key, out var end) && end > now))
        {
            return false;
        }

        foreach (var key in own)
        {
            _windows[key] = now + keys.Window;
        }

        return true;
    }

    private async Task DropAsync(IDeliveryStore store, Route route)
    {
        var waiting = _waiting.RemoveAll(entry => entry.Route == route);
        (await store.DropAsync([KeyOf(route)], null, default)).Deliveries.ShouldBeInRange(waiting, waiting + _leased.Count(item => item.Entry.Route == route));
        for (var i = 0; i < _leased.Count; i++)
        {
            var (entry, delivery) = _leased[i];
            _leased[i] = entry.Route == route ? (entry with { IsDropped = true }, delivery) : (entry, delivery);
        }
    }

    private async Task LeaseAsync(IDeliveryStore store, Route route, int most, DateTimeOffset? dueBy = null)
    {
        var window = new LeasedDelivery[most];
        var lease = dueBy is { } overdue
            ? await store.LeaseOverdueAsync(KeyOf(route), window, overdue, default)
            : await store.LeaseAsync(KeyOf(route), window, default);
        var end = dueBy ?? time.GetUtcNow();
        var due = _waiting.Where(entry => entry.Route == route && entry.Due <= end).ToList();
        lease.Count.ShouldBe(Math.Min(most, due.Count));
        if (lease.Count < most)
        {
            var later = _waiting.Where(entry => entry.Route == route && entry.Due > end).Select(entry => (DateTimeOffset?)entry.Due);
            lease.NextDue.ShouldBe(later.Min());
        }

        foreach (var delivery in window[..lease.Count])
        {
            var entry = due.Single(entry => entry.Id == delivery.EventId);
            delivery.Attempts.ShouldBe(entry.Attempts);
            due.Remove(entry);
            _waiting.Remove(entry);
            _leased.Add((entry, delivery));
        }
    }

    private async Task CompleteAsync(IDeliveryStore store, int number)
    {
        var (entry, delivery) = _leased[number % _leased.Count];
        _leased.RemoveAt(number % _leased.Count);
        var fate = (DeliveryFate)(number / 7 % 5);
        var verdict = new DeliveryVerdict(fate) { Reason = "no" };
        if (fate is DeliveryFate.Retried or DeliveryFate.Held)
        {
            // Some are due now, some were due before. A delivery without an attempt is never due in the future.
            var now = time.GetUtcNow();
            var due = fate is DeliveryFate.Held ? now : now + TimeSpan.FromMilliseconds(number - 200);
            verdict = verdict with { RetryAt = due };
            if (!entry.IsDropped)
            {
                _waiting.Add(entry with { Attempts = entry.Attempts + (fate is DeliveryFate.Retried ? 1 : 0), Due = due < now ? now : due });
            }
        }

        else if (fate is DeliveryFate.DeadLettered)
        {
            _dead.Add(entry);
        }

        await store.CompleteAsync(delivery, verdict, default);
    }

    private sealed record Entry(string Id, Route Route, int Attempts, DateTimeOffset Due, bool IsDropped = false);
}
