using CsCheck;
using EventGateway.Abstractions.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Delivery;

public sealed class EventKeyWindowTests
{
    // Few keys, so that they meet.
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, 7], Gen.Int[-1, 7], Gen.Int[1, 6], Gen.Int[0, 3],
        (kind, first, second, length, pause) => new Step(kind, first, second, length, pause));

    /// <summary>Reserves, keeps and releases keys beside a list in which every key is searched for from the beginning.</summary>
    /// <param name="isSmall">Whether there are more keys than are kept. Each event then has one key, so that no two end at once.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finds_the_same_duplicates_as_a_list_of_all_events(bool isSmall) => Gen.Select(Gen.Int[1, 6], Steps.Array[0, 60]).Sample((few, steps) =>
    {
        var capacity = isSmall ? few : 1000;
        var window = new EventKeyWindow(capacity);
        var model = new Model(capacity);
        var now = 0L;
        foreach (var (index, step) in steps.Index())
        {
            now += step.Pause * 1000;
            var keys = isSmall ? step.Keys with { Second = null } : step.Keys;
            switch (step.Kind)
            {
                case 0:
                    window.Keep(now).ShouldBe(model.Keep(now));
                    break;
                case 1:
                    window.Release();
                    model.Release();
                    break;
                default:
                    var end = now + (step.Length * 1000) + index;
                    window.TryReserve(keys, now, end).ShouldBe(model.TryReserve(keys, now, end));
                    break;
            }

            window.Count.ShouldBeLessThanOrEqualTo(capacity);
        }
    });

    [Fact]
    public void A_window_ends_with_its_length()
    {
        var window = new EventKeyWindow(10);
        Keep(window, Keys(1), now: 5, end: 8);

        window.TryReserve(Keys(1), 7, 10).ShouldBeFalse();
        window.TryReserve(Keys(1), 8, 11).ShouldBeTrue();
        window.Count.ShouldBe(0);
    }

    [Fact]
    public void Forgets_first_what_would_end_first()
    {
        var window = new EventKeyWindow(2);
        Keep(window, Keys(1), now: 0, end: 100).ShouldBe(0);
        Keep(window, Keys(2), now: 0, end: 50).ShouldBe(0);
        Keep(window, Keys(3), now: 0, end: 70).ShouldBe(1);

        window.TryReserve(Keys(1), 1, 2).ShouldBeFalse();
        window.TryReserve(Keys(3), 1, 2).ShouldBeFalse();
        window.TryReserve(Keys(2), 1, 2).ShouldBeTrue();
    }

    [Fact]
    public void Does_not_count_what_had_ended_anyway_as_forgotten()
    {
        var window = new EventKeyWindow(1);
        Keep(window, Keys(1), now: 0, end: 5);

        Keep(window, Keys(2), now: 5, end: 9).ShouldBe(0);
    }

    [Fact]
    public void An_event_with_two_keys_is_found_by_either()
    {
        var window = new EventKeyWindow(10);
        Keep(window, Keys(1, 2), now: 0, end: 5);

        window.TryReserve(Keys(1), 1, 5).ShouldBeFalse();
        window.TryReserve(Keys(2), 1, 5).ShouldBeFalse();
        window.TryReserve(Keys(3, 2), 1, 5).ShouldBeFalse();
        window.TryReserve(Keys(3), 1, 5).ShouldBeTrue();
    }

    [Fact]
    public void The_later_end_of_a_key_counts()
    {
        var window = new EventKeyWindow(10);
        window.Add(Key(1), end: 5, now: 0);
        window.Add(Key(1), end: 9, now: 0);
        window.Add(Key(1), end: 7, now: 0);
        window.Add(Key(2), end: 3, now: 3);

        window.Count.ShouldBe(1);
        window.TryReserve(Keys(1), 8, 10).ShouldBeFalse();
        window.TryReserve(Keys(1), 9, 10).ShouldBeTrue();
    }

    private static int Keep(EventKeyWindow window, EventKeys keys, long now, long end)
    {
        window.TryReserve(keys, now, end).ShouldBeTrue();
        return window.Keep(now);
    }

    private static EventKey Key(int number) => EventKey.Of($"{number}");

    private static EventKeys Keys(int first, int second = -1) => new(TimeSpan.FromSeconds(1), Key(first), second < 0 ? null : Key(second));

    private sealed record Step(int Kind, int First, int Second, int Length, int Pause)
    {
        public EventKeys Keys => Keys(First, Second == First ? -1 : Second);
    }

    private sealed class Model(int capacity)
    {
        private readonly List<(EventKey Key, long End)> _kept = [];
        private readonly List<(EventKey Key, long End)> _reserved = [];

        public bool TryReserve(EventKeys keys, long now, long end)
        {
            EventKey[] own = keys.Second is { } second ? [keys.First, second] : [keys.First];
            if (_kept.Any(item => item.End > now && own.Contains(item.Key)) || _reserved.Any(item => own.Contains(item.Key)))
            {
                return false;
            }

            _reserved.AddRange(own.Select(key => (key, end)));
            return true;
        }

        public int Keep(long now)
        {
            var forgotten = 0;
            foreach (var item in _reserved.Where(item => item.End > now))
            {
                _kept.RemoveAll(kept => kept.Key == item.Key);
                _kept.Add(item);
                if (_kept.Count > capacity)
                {
                    var first = _kept.MinBy(kept => kept.End);
                    _kept.Remove(first);
                    forgotten += first.End > now ? 1 : 0;
                }
            }

            _reserved.Clear();
            return forgotten;
        }

        public void Release() => _reserved.Clear();
    }
}
