using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTableCorsTests
{
    private static readonly CorsSettings Own = new() { AllowedOrigins = ["http://own.example"] };

    [Theory]
    [InlineData("/c1", "/c1", true)]
    [InlineData("/c1", "/c1/", false)]
    [InlineData("/c3/:id", "/c3/2", true)]
    [InlineData("/c3/:id", "/c3/2/3", false)]
    [InlineData("/cw/*all", "/cw/a/b", true)]
    [InlineData("/a b/é", "/a%20b/%C3%A9", true)]
    [InlineData("/", "/", true)]
    public void Finds_the_configuration_of_a_path(string configured, string sent, bool found)
    {
        var table = RoutingTable.Empty.With(Routes.Cors(configured));

        (table.FindCors("GET", sent) is not null).ShouldBe(found);
        table.FindCors("POST", sent).ShouldBeNull();
        table.FindCors("get", sent).ShouldBeNull();
        table.Without(Routes.Cors(configured)).FindCors("GET", sent).ShouldBeNull();
    }

    [Fact]
    public void Prefers_the_more_specific_path()
    {
        var table = RoutingTable.Empty
            .With(Routes.Cors("/a/*rest", origin: "wildcard"))
            .With(Routes.Cors("/a/:x/c", origin: "parameter"))
            .With(Routes.Cors("/a/b/d", origin: "static"));

        Origin(table, "/a/b/d").ShouldBe("static");
        Origin(table, "/a/b/c").ShouldBe("parameter");
        Origin(table, "/a/b/e").ShouldBe("wildcard");
        Origin(table, "/a/").ShouldBe("wildcard");
    }

    [Fact]
    public void Finds_the_default_of_a_space_whose_subscriptions_select_families()
    {
        var (sync, async) = (Routes.Sync("/s/:id", eventType: "a.*"), Routes.Async("/a", eventType: "a.*"));
        var table = RoutingTable.Empty.With(Routes.Cors("*", "*", origin: "default")).With(Routes.To(sync)).With(Routes.To(async));

        Origin(table, "/s/1").ShouldBe("default");
        Origin(table, "/a").ShouldBe("default");
        table.Without(sync).FindCors("GET", "/s/1").ShouldBeNull();
        table.Without(async).FindCors("GET", "/a").ShouldBeNull();
    }

    [Fact]
    public void Puts_what_is_configured_last_for_a_path_in_force()
    {
        var table = RoutingTable.Empty.With(Routes.Cors("/a", origin: "before")).With(Routes.Cors("/a", origin: "after"));

        Origin(table, "/a").ShouldBe("after");
    }

    [Fact]
    public void Keeps_configurations_that_differ_in_a_parameters_name()
    {
        var table = RoutingTable.Empty.With(Routes.Cors("/c3/:id", origin: "id")).With(Routes.Cors("/c3/:name", origin: "name"));

        Origin(table, "/c3/1").ShouldBe("id");
        Origin(table.Without(Routes.Cors("/c3/:id")), "/c3/1").ShouldBe("name");
    }

    [Fact]
    public void Prefers_the_settings_of_a_subscription()
    {
        var table = RoutingTable.Empty.With(Routes.Cors("/a/:id", space: "aaa")).With(Routes.To(Routes.Sync("/a/:id") with { Cors = Own }));

        table.FindCors("GET", "/a/1").ShouldBe(Own);
        table.Without(Routes.Sync("/a/:id")).FindCors("GET", "/a/1").ShouldNotBe(Own);
        table.With(Routes.To(Routes.Sync("/a/:id"))).FindCors("GET", "/a/1").ShouldNotBe(Own);
        table.With(Routes.To(Routes.Sync("/a/:id") with { Cors = Own, Enabled = false })).FindCors("GET", "/a/1").ShouldNotBe(Own);
    }

    [Fact]
    public void Takes_the_settings_of_an_async_subscription_at_its_exact_path()
    {
        var table = RoutingTable.Empty.With(Routes.To(Routes.Async("/a/:id") with { Cors = Own }));

        table.FindCors("GET", "/a/1").ShouldBeNull();
        table.FindCors("GET", "/a/:id").ShouldBe(Own);
        table.Without(Routes.Async("/a/:id")).ShouldNotBeNull().FindCors("GET", "/a/:id").ShouldBeNull();
    }

    [Theory]
    [InlineData("test.event")]
    [InlineData("http.request")]
    public void Takes_only_the_settings_of_the_space_that_takes_the_request(string eventType)
    {
        var table = Routes.Table(Routes.Sync("/a/:id", space: "zzz", eventType: eventType)).With(Routes.Cors("/a/1", space: "aaa"));

        table.FindCors("GET", "/a/1").ShouldBeNull();
        Origin(table.With(Routes.Cors("/a/*rest", space: "zzz", origin: "own")), "/a/1").ShouldBe("own");
    }

    [Fact]
    public void Takes_the_settings_of_sync_and_async_subscriptions_only_where_they_are_the_same()
    {
        var table = Routes.Table(Routes.Async("/a", space: "aaa", eventType: "other"), Routes.Sync("/a", space: "zzz"))
            .With(Routes.Cors("/a", space: "aaa", origin: "async"))
            .With(Routes.Cors("/a", space: "zzz", origin: "sync"));

        table.FindCors("GET", "/a").ShouldBeNull();
        Origin(table.With(Routes.To(Routes.Sync("/a", space: "zzz") with { Enabled = false })), "/a").ShouldBe("async");
        Origin(table.Without(Routes.Async("/a", space: "aaa", eventType: "other")).ShouldNotBeNull(), "/a").ShouldBe("sync");
        Origin(table.With(Routes.Cors("/a", space: "aaa", origin: "sync")), "/a").ShouldBe("sync");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Takes_the_settings_of_several_spaces_only_where_they_are_the_same(bool sync)
    {
        Subscription Of(string space) => sync ? Routes.Sync("/a", space: space, eventType: space) : Routes.Async("/a", space: space);
        var table = Routes.Table(Of("a"), Of("b"), Of("c")).With(Routes.Cors("/a", space: "a", origin: "x")).With(Routes.Cors("/a", space: "b", origin: "x"));

        table.FindCors("GET", "/a").ShouldBeNull();
        Origin(table.With(Routes.Cors("/a", space: "c", origin: "x")), "/a").ShouldBe("x");
        table.With(Routes.Cors("/a", space: "c", origin: "y")).FindCors("GET", "/a").ShouldBeNull();
        Origin(table.Without(Of("c")), "/a").ShouldBe("x");
    }

    [Fact]
    public void Takes_the_default_of_the_space_whose_subscription_takes_the_request()
    {
        var table = Routes.Table(Routes.Sync("/a", space: "one"), Routes.Async("/b", space: "one"), Routes.Sync("/c", space: "two"))
            .With(Routes.Cors("*", method: "*", space: "one", origin: "default"));

        Origin(table, "/a").ShouldBe("default");
        Origin(table, "/b").ShouldBe("default");
        table.FindCors("GET", "/c").ShouldBeNull();
        table.FindCors("GET", "/d").ShouldBeNull();
        table.FindCors("POST", "/a").ShouldBeNull();
        table.FindCors("GET", "/a", ofAnySpace: true).ShouldNotBeNull();
        table.FindCors("GET", "/c", ofAnySpace: true).ShouldBeNull();
        table.FindCors("GET", "/d", ofAnySpace: true).ShouldBeNull();
        Origin(table.With(Routes.Cors("/a", space: "one", origin: "own")), "/a").ShouldBe("own");
        Origin(table.With(Routes.Cors("*", method: "*", space: "one", origin: "changed")), "/a").ShouldBe("changed");
        table.Without(Routes.Cors("*", method: "*", space: "one")).FindCors("GET", "/a").ShouldBeNull();
        table.Without(Routes.Cors("*", method: "*", space: "two")).ShouldBeSameAs(table);
    }

    [Fact]
    public void Never_takes_settings_of_a_space_whose_sync_subscriptions_do_not_take_the_request() =>
        Gen.Select(
            Gen.Select(Routes.OneOf("/a", "/a/b", "/a/:x", "/*w"), Routes.OneOf("s1", "s2", "s3"), Gen.Bool).Array[0, 8],
            Routes.OneOf("/a", "/a/b", "/a/c", "/z")).Sample((items, sent) =>
        {
            var table = RoutingTable.Empty;
            var takers = new HashSet<string>();
            foreach (var (path, space, isCors) in items)
            {
                // An event type of its own for each, so that no path conflicts with another.
                var subscription = Routes.Sync(path, space: space, eventType: space + path);
                table = isCors ? table.With(Routes.Cors(path, space: space, origin: space)) : table.With(Routes.To(subscription));
                _ = !isCors && NaivePaths.Matches(subscription, sent) && takers.Add(space);
            }

            if (takers.Count > 0 && table.FindCors("GET", sent) is { } settings)
            {
                takers.ShouldBe([settings.AllowedOrigins[0]]);
            }
        });

    [Fact]
    public void Finds_settings_wherever_a_search_through_all_of_them_does() =>
        Gen.Select(
            Gen.Select(Routes.OneOf("/a", "/a/b", "/a/:x", "/a/:y", "/:x/b", "/a/*w", "/*w", "/a/:x/c", "/a/b/d", "/", "/a/"), Gen.Bool).Array[0, 20],
            Routes.OneOf("/", "/a", "/a/", "/a/b", "/a/c", "/q/b", "/a/b/c", "/a/b/d", "/a/b/e", "/z", "/a//c")).Sample((changes, sent) =>
        {
            var table = RoutingTable.Empty;
            var all = new HashSet<string>();
            foreach (var (path, remove) in changes)
            {
                table = remove ? table.Without(Routes.Cors(path)) : table.With(Routes.Cors(path, origin: path));
                _ = remove ? all.Remove(path) : all.Add(path);
            }

            var expected = all.Where(p => NaivePaths.Matches(Routes.Sync(p), sent)).ToArray();
            var found = table.FindCors("GET", sent);
            (found is not null).ShouldBe(expected.Length > 0);
            if (found is not null)
            {
                expected.ShouldContain(found.AllowedOrigins[0]);
            }
        });

    [Fact]
    public void Finds_the_settings_that_a_search_through_all_subscriptions_does() =>
        Gen.Select(
            Gen.Select(Routes.OneOf("/a", "/a/b", "/a/:x", "/a/:y", "/:x/:y", "/*w", "/a/*w"), Routes.OneOf("s1", "s2", "s3"), Routes.OneOf("t1", "t2", "t3"), Gen.Bool, Gen.Int[0, 3]).Array[0, 20],
            Routes.OneOf("", "x", "y").Array[3],
            Routes.OneOf("/a", "/a/b", "/a/c", "/z")).Sample((changes, origins, sent) =>
        {
            var table = RoutingTable.Empty;
            foreach (var (origin, index) in origins.Select((origin, index) => (origin, index)).Where(one => one.origin.Length > 0))
            {
                table = table.With(Routes.Cors("/*w", space: $"s{index + 1}", origin: origin));
            }

            var all = new Dictionary<string, Subscription>();
            foreach (var (path, space, type, isSync, change) in changes)
            {
                // Types of their own for each space and path, so that no path conflicts with another.
                var one = isSync ? Routes.Sync(path, space: space, eventType: type + space + path) : Routes.Async(path, space: space, eventType: type);
                one = one with { Enabled = change != 1 };
                table = change == 0 ? table.Without(one) : table.With(Routes.To(one));
                all[one.Space + one.SubscriptionId] = one with { Enabled = change > 1 };
            }

            var matching = all.Values.Where(one => one.Enabled is true && NaivePaths.Matches(one, sent)).Select(one => origins[one.Space[1] - '1']);
            var ofTakers = matching.Distinct().ToArray();
            var found = table.FindCors("GET", sent)?.AllowedOrigins[0] ?? "";
            (table.FindCors("GET", sent, ofAnySpace: true) is not null).ShouldBe(origins.Any(origin => origin.Length > 0));
            if (ofTakers.Length == 0)
            {
                origins.ShouldContain(found);
                (found.Length > 0).ShouldBe(origins.Any(origin => origin.Length > 0));
            }
            else
            {
                found.ShouldBe(ofTakers.Length == 1 ? ofTakers[0] : "");
            }
        });

    [Theory]
    [InlineData(SubscriptionType.Sync)]
    [InlineData(SubscriptionType.Async)]
    public void Does_not_walk_the_event_types(SubscriptionType type)
    {
        var few = Allocated(2);

        Allocated(5_000).ShouldBeLessThanOrEqualTo(few + 1024);

        long Allocated(int types)
        {
            var table = RoutingTable.Empty.With(Routes.Cors("/a"));
            for (var i = 0; i < types; i++)
            {
                table = table.With(Routes.To(type is SubscriptionType.Sync ? Routes.Sync("/a", eventType: $"t{i}") : Routes.Async("/a", eventType: $"t{i}")));
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            table.FindCors("GET", "/a").ShouldNotBeNull();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Counts_a_space_until_the_last_of_its_many_subscriptions_to_a_type_is_gone()
    {
        var own = Enumerable.Range(0, 40).Select(number => Routes.Async("/a", functionId: $"f{number}")).ToArray();
        var other = Routes.Async("/a", space: "other");
        var table = Routes.Table([.. own, other]).With(Routes.Cors("/a"));

        table.FindCors("GET", "/a").ShouldBeNull();
        table = table.Without(other);
        table.Without(other).ShouldBeSameAs(table);
        table = own.Skip(1).Aggregate(table.With(Routes.To(other)), (before, one) => before.Without(one));

        table.FindCors("GET", "/a").ShouldBeNull();
        table = table.Without(own[0]);
        table.FindCors("GET", "/a").ShouldBeNull("only a space without settings takes the request");
        table.Without(other).FindCors("GET", "/a").ShouldNotBeNull();
    }

    [Fact]
    public void Is_the_same_table_when_there_is_nothing_to_remove()
    {
        var table = Routes.Table(Routes.Sync("/a"), Routes.Async("/a")).With(Routes.Cors("/a"));

        table.Without(Routes.Sync("/a", eventType: "other")).ShouldBeSameAs(table);
        table.Without(Routes.Async("/a", space: "other")).ShouldBeSameAs(table);
    }

    private static string? Origin(RoutingTable table, string path) => table.FindCors("GET", path)?.AllowedOrigins[0];
}
