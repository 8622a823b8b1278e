using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTablePropertyTests
{
    // The second halves of these emoji are the characters that stand for signs and escaped slashes in a pattern.
    private static readonly Gen<string> Emoji = Routes.OneOf("🐺", "🐪", "🐯", "%F0%9F%90%BA", "%F0%9F%90%AF", "🐯%2F🐺", "%2F🐪");

    private static readonly Gen<string> Static = Gen.Frequency(
        (3, Routes.OneOf("a", "b", "c", "", "a b", "a%20b", "%2F", "%61", "a:b", "é", "%C3%A9", "%FF", "caf%E9", "%C3%28", ".", "..", "%2e")), (1, Emoji));

    private static readonly Gen<string> SentPath = Gen.OneOf(Static, Routes.OneOf("x", "y%20z", "::", "*"))
        .Array[0, 4].Select(s => "/" + string.Join('/', s));

    private static readonly Gen<string> Pattern = Gen.Select(
        Gen.Frequency((5, Static), (2, Routes.OneOf(":p", ":q", ":", ":🐯"))).Array[0, 3],
        Gen.Frequency((5, Gen.Const(string.Empty)), (1, Routes.OneOf("/*w", "/*", "/*v", "/*🐪"))),
        (segments, tail) => segments.Length == 0 && tail.Length > 0 ? tail : "/" + string.Join('/', segments) + tail);

    // Few, so that most events select several of them. The names of families are among the types of events: there they have no meaning.
    private static readonly Gen<string> SelectedType = Routes.OneOf("one", "one", "a.b", "a.b.c", "a.*", "a.b.*", "a..*");
    private static readonly string[] _sentTypes = ["one", "a.b", "a.b.c", "a.b.", "a..b.c", "a.*", "a.b.*", "a", "ab.c", ".", ""];

    private static readonly Gen<Subscription> AnySubscription = Gen.Select(
        Gen.Bool, Pattern, Routes.OneOf("GET", "POST"), SelectedType, Routes.OneOf("space1", "space2"), Routes.OneOf("f", "g"),
        (sync, path, method, type, space, function) => sync
            ? Routes.Sync(path, method, type, space, function)
            : Routes.Async(path, method, type, space, function));

    // Few, so that changes often are about the same one. More functions than a small set of routes has.
    private static readonly Gen<Subscription> AsyncSubscription = Gen.Select(
        Routes.OneOf("/a", "/b"), Routes.OneOf("a.b", "a.*", "a.b.*"), Routes.OneOf("space1", "space2"), Gen.Int[0, 20],
        (path, type, space, function) => Routes.Async(path, "GET", type, space, $"f{function}"));

    [Fact]
    public void Selects_what_a_search_through_all_subscriptions_selects() =>
        Gen.Select(Gen.Select(AnySubscription, Gen.Int[0, 3]).Array[0, 40], SentPath.Array[1, 30]).Sample((changes, paths) =>
        {
            var (table, all) = Apply(changes);
            foreach (var path in paths)
            {
                foreach (var type in _sentTypes)
                {
                    var match = table.Match("GET", path, type);
                    var expected = all.Where(s => s.Method == "GET" && NaiveTypes.Includes(s, type) && NaivePaths.Matches(s, path)).ToArray();

                    (match.Sync?.Subscription).ShouldBe(NaiveTypes.First(expected, type));
                    match.Async.Select(r => r.Subscription).ShouldBe(NaiveTypes.Async(expected));
                }
            }
        });

    [Fact]
    public void Tells_enabled_and_disabled_async_subscriptions_apart() =>
        Gen.Select(AsyncSubscription, Gen.Int[0, 5]).Array[0, 60].Sample(changes =>
        {
            var table = RoutingTable.Empty;
            var all = new Dictionary<(string, string), Subscription>();
            foreach (var (subscription, kind) in changes)
            {
                if (kind == 0)
                {
                    all.Remove(Identity(subscription));
                    table = table.Without(subscription);
                }
                else
                {
                    var changed = subscription with { Enabled = kind < 3 ? false : null };
                    all[Identity(subscription)] = changed;
                    table = table.With(Routes.To(changed));
                }
            }

            foreach (var type in _sentTypes)
            {
                var match = table.Match("GET", "/a", type);
                var expected = all.Values.Where(s => NaiveTypes.Includes(s, type) && s.Path == "/a").ToLookup(s => s.Enabled is false);
                match.Async.Select(route => route.Subscription).ShouldBe(NaiveTypes.Async(expected[false]));
                match.Disabled.Select(route => route.Subscription).ShouldBe(NaiveTypes.Async(expected[true]));
                match.IsEmpty.ShouldBe(!expected[false].Any());
            }
        });

    [Fact]
    public void Goes_back_from_a_segment_that_leads_nowhere() =>
        Gen.Select(
            Gen.Select(
                Routes.OneOf("a", "b", ":p").Array[1, 4], Routes.OneOf("", "", "/*rest"),
                static (segments, tail) => Routes.Sync("/" + string.Join('/', segments) + tail)).Array[1, 12],
            Routes.OneOf("a", "b", "c").Array[1, 5].Select(static segments => "/" + string.Join('/', segments)).Array[1, 20]).Sample((subscriptions, paths) =>
        {
            var (table, all) = Apply([.. subscriptions.Select(static subscription => (subscription, 1))]);
            foreach (var path in paths)
            {
                var taken = table.Match("GET", path, "test.event").Sync?.Subscription;
                taken.ShouldBe(all.Where(s => NaivePaths.Matches(s, path)).MinBy(NaivePaths.Rank, StringComparer.Ordinal), path);
            }
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refuses_what_conflicts_with_some_other_subscription(bool exclusiveSegments) =>
        Gen.Select(Gen.Select(AnySubscription, Gen.Int[0, 3]).Array[0, 40], AnySubscription.Array[1, 20]).Sample((changes, candidates) =>
        {
            var (table, all) = Apply(changes, exclusiveSegments);
            foreach (var candidate in candidates)
            {
                var expected = all.Any(s => Identity(s) != Identity(candidate) && NaivePaths.Conflict(s, candidate, exclusiveSegments));
                (table.FindConflict(candidate, exclusiveSegments) is not null).ShouldBe(expected, $"{candidate.Path} beside {string.Join(' ', all.Select(s => s.Path))}");
            }
        });

    [Fact]
    public void Forgets_everything_that_is_removed() =>
        AnySubscription.Array[0, 40].Sample(subscriptions =>
        {
            var table = Routes.Table(subscriptions);
            foreach (var subscription in subscriptions)
            {
                table = table.Without(subscription);
            }

            foreach (var subscription in subscriptions)
            {
                table.Match(subscription.Method, subscription.Path, subscription.EventType).IsEmpty.ShouldBeTrue();
                table.FindReason(subscription.Method, subscription.Path, subscription.EventType + "x").ShouldBe(UnmatchedReason.NoType);
                table.FindConflict(subscription).ShouldBeNull();
            }
        });

    [Fact]
    public void Finds_the_parameters_that_rebuild_the_path() =>
        Gen.Select(Pattern, SentPath).Sample((pattern, path) =>
        {
            var match = Routes.Table(Routes.Sync(pattern)).Match("GET", path, "test.event");
            if (match.Sync is null)
            {
                return;
            }

            var values = match.Parameters.Select(p => p.Value).ToList();
            var rebuilt = NaivePaths.Segments(pattern).Select(s => s is [':' or '*', ..] ? Take(values) : Uri.UnescapeDataString(s));
            ("/" + string.Join('/', rebuilt)).ShouldBe(Uri.UnescapeDataString(path));
            values.ShouldBeEmpty();
        });

    private static string Take(List<string> values)
    {
        var first = values[0];
        values.RemoveAt(0);
        return first;
    }

    // Applies changes as a registry would: what conflicts is refused; about one change in four removes.
    private static (RoutingTable Table, List<Subscription> All) Apply(
        (Subscription Subscription, int Kind)[] changes, bool exclusiveSegments = false)
    {
        var table = RoutingTable.Empty;
        var all = new List<Subscription>();
        foreach (var (subscription, kind) in changes)
        {
            if (kind == 0 && all.Count > 0)
            {
                var victim = all[^1];
                all.RemoveAt(all.Count - 1);
                table = table.Without(victim);
            }
            else if (!all.Any(s => Identity(s) == Identity(subscription) || NaivePaths.Conflict(s, subscription, exclusiveSegments)))
            {
                all.Insert(all.Count / 2, subscription);
                table = table.With(Routes.To(subscription));
            }
        }

        return (table, all);
    }

    private static (string Space, string Id) Identity(Subscription subscription) => (subscription.Space, subscription.SubscriptionId);
}
