using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTableMatchTests
{
    [Theory]
    [InlineData("/", "/", true)]
    [InlineData("/m", "/m", true)]
    [InlineData("/m", "/m/", false)]
    [InlineData("/m/", "/m/", true)]
    [InlineData("/m", "/M", false)]
    [InlineData("/m", "//m", false)]
    [InlineData("/m", "/./m", false)]
    [InlineData("/m", "/x/../m", false)]
    [InlineData("/m", "/%2e/m", false)]
    [InlineData("/m", "/%6D", true)]
    [InlineData("/m", "/%2Fm", false)]
    [InlineData("/a/b", "/a%2Fb", false)]
    [InlineData("/a%2Fb", "/a%2fb", true)]
    [InlineData("/a%2Fb", "/a/b", false)]
    [InlineData("/%zz", "/%zz", true)]
    [InlineData("/enc/a b", "/enc/a%20b", true)]
    [InlineData("/enc/a%20b", "/enc/a%20b", true)]
    [InlineData("/é", "/%C3%A9", true)]
    [InlineData("/😀", "/%F0%9F%98%80", true)]
    [InlineData("/🐺", "/%F0%9F%90%BA", true)]
    [InlineData("/🐪/x", "/%F0%9F%90%AA/x", true)]
    [InlineData("/🐯", "/%F0%9F%90%AF", true)]
    [InlineData("/%C3", "/%C3", true)]
    [InlineData("/caf%e9", "/c%61f%E9", true)]
    [InlineData("/caf%e9", "/caf%E8", false)]
    [InlineData("/a+b", "/a+b", true)]
    [InlineData("/a b", "/a+b", false)]
    [InlineData("/m", "*", false)]
    [InlineData("/m", "", false)]
    public void Compares_paths_segment_by_segment_after_decoding(string subscribed, string sent, bool matches)
    {
        var sync = Routes.Table(Routes.Sync(subscribed)).Match("GET", sent, "test.event").Sync;
        (sync?.Subscription, sync?.Function).ShouldBe(matches ? (Routes.Sync(subscribed), Routes.To(Routes.Sync(subscribed)).Function) : (null, null));
        Routes.Table(Routes.Async(subscribed)).Match("GET", sent, "test.event").Async.Length.ShouldBe(matches ? 1 : 0);
    }

    [Theory]
    [InlineData("/users/:id", "/users/42", "id=42")]
    [InlineData("/users/:id", "/users/a%20b", "id=a b")]
    [InlineData("/users/:id", "/users/a%2Fb", "id=a/b")]
    [InlineData("/users/:id", "/users/a+b", "id=a+b")]
    [InlineData("/users/:id", "/users/%C3%A9", "id=é")]
    [InlineData("/users/:id", "/users/%zz%20", "id=%zz ")]
    [InlineData("/users/:id", "/users/a%20%ff%2f%C3%28", "id=a %FF/%C3(")]
    [InlineData("/users/:id", "/users/%FF", "id=%FF")]
    [InlineData("/users/:id", "/users/..", "id=..")]
    [InlineData("/users/:id", "/users", null)]
    [InlineData("/users/:id", "/users/", "id=")]
    [InlineData("/users/:id", "/users/1/", null)]
    [InlineData("/users/:id/posts/:post", "/users/1/posts/2", "id=1,post=2")]
    [InlineData("/users/:id/posts/:post", "/users/1/posts", null)]
    [InlineData("/files/*path", "/files/a/b/c.txt", "path=a/b/c.txt")]
    [InlineData("/files/*path", "/files/a/", "path=a/")]
    [InlineData("/files/*path", "/files/", "path=")]
    [InlineData("/files/*path", "/files", null)]
    [InlineData("/files/*path", "/files//", "path=/")]
    [InlineData("/:a/*b", "/x/y/z", "a=x,b=y/z")]
    [InlineData("/users/:id/posts", "/users//posts", "id=")]
    [InlineData("/:a/:b", "//", "a=,b=")]
    [InlineData("/🐺/🐪/:id", "/%F0%9F%90%BA/%F0%9F%90%AA/42", "id=42")]
    [InlineData("/🐺/:🐯", "/%F0%9F%90%BA/%F0%9F%90%AF", "🐯=🐯")]
    [InlineData("/:🐺%2F🐯/*🐪", "/x/y/z", "🐺/🐯=x,🐪=y/z")]
    [InlineData("/unnamed/:", "/unnamed/x", "=x")]
    [InlineData("/*", "/x", "=x")]
    [InlineData("/*all", "/", null)]
    [InlineData("/:all", "/", null)]
    [InlineData("/mid/a:b", "/mid/a:b", "")]
    [InlineData("/mid/a:b", "/mid/axb", null)]
    [InlineData("/%3Aid", "/:id", "")]
    [InlineData("/%3Aid", "/x", null)]
    public void Reads_the_parameters_of_a_sync_path(string subscribed, string sent, string? expected)
    {
        var match = Routes.Table(Routes.Sync(subscribed)).Match("GET", sent, "test.event");

        (match.Sync is null ? null : string.Join(',', match.Parameters.Select(p => $"{p.Name}={p.Value}"))).ShouldBe(expected);
    }

    [Fact]
    public void Takes_an_async_path_literally()
    {
        var table = Routes.Table(Routes.Async("/users/:id"));

        table.Match("GET", "/users/42", "test.event").IsEmpty.ShouldBeTrue();
        table.Match("GET", "/users/:id", "test.event").Async.Length.ShouldBe(1);
    }

    [Fact]
    public void Tells_methods_and_types_apart()
    {
        var table = Routes.Table(Routes.Sync("/a"), Routes.Async("/a"));

        table.Match("POST", "/a", "test.event").IsEmpty.ShouldBeTrue();
        table.Match("get", "/a", "test.event").IsEmpty.ShouldBeTrue();
        table.Match("GET", "/a", "other.event").IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Selects_async_subscriptions_of_every_space_beside_the_sync_one()
    {
        var table = Routes.Table(Routes.Sync("/a"), Routes.Async("/a", functionId: "one"), Routes.Async("/a", space: "other", functionId: "two"));

        var match = table.Match("GET", "/a", "test.event");

        match.Sync!.Subscription.Path.ShouldBe("/a");
        match.Async.Select(r => r.Subscription.FunctionId).ShouldBe(["one", "two"]);
        table.Match("GET", "/a", "test.event").Async.ShouldBeSameAs(match.Async);
    }

    [Fact]
    public void Passes_over_disabled_subscriptions()
    {
        var table = Routes.Table(Routes.Sync("/a"), Routes.Async("/a"));

        table = table.With(Routes.To(Routes.Sync("/a") with { Enabled = false })).With(Routes.To(Routes.Async("/a") with { Enabled = false }));

        table.Match("GET", "/a", "test.event").IsEmpty.ShouldBeTrue();
        table.FindConflict(Routes.Sync("/a", space: "other")).ShouldNotBeNull();
    }

    [Fact]
    public void Replaces_the_route_of_the_same_subscription()
    {
        var changed = Routes.To(Routes.Async("/a") with { Metadata = new Dictionary<string, string> { ["k"] = "v" } });

        var route = Routes.Table(Routes.Async("/a")).With(changed).Match("GET", "/a", "test.event").Async.ShouldHaveSingleItem();
        (route.Subscription, route.Function).ShouldBe((changed.Subscription, changed.Function));
    }

    [Fact]
    public void Keeps_a_table_as_it_was_when_a_changed_one_is_made()
    {
        var before = Routes.Table(Routes.Sync("/a"));

        before.Without(Routes.Sync("/a")).Match("GET", "/a", "test.event").IsEmpty.ShouldBeTrue();
        before.Match("GET", "/a", "test.event").Sync.ShouldNotBeNull();
    }

    [Fact]
    public void Is_unchanged_by_removing_what_is_not_there()
    {
        var table = Routes.Table(Routes.Sync("/a/b"), Routes.Async("/a"));

        table.Without(Routes.Sync("/a")).ShouldBeSameAs(table);
        table.Without(Routes.Sync("/a/b", space: "other")).ShouldBeSameAs(table);
        table.Without(Routes.Async("/b")).ShouldBeSameAs(table);
        table.Without(Routes.Cors("/a")).ShouldBeSameAs(table);
    }

    [Fact]
    public void Holds_many_async_subscriptions_of_one_path()
    {
        var all = Enumerable.Range(0, 1000).Select(i => Routes.Async("/", functionId: $"f{i:0000}")).ToArray();
        var table = Routes.Table(all);

        table.Match("GET", "/", "test.event").Async.Length.ShouldBe(1000);
        foreach (var subscription in all.Skip(1))
        {
            table = table.Without(subscription);
        }

        table.Match("GET", "/", "test.event").Async.ShouldHaveSingleItem().Subscription.ShouldBe(all[0]);
        table.Without(all[0]).Match("GET", "/", "test.event").IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Allocates_nothing_to_match_a_path_without_parameters()
    {
        var table = Routes.Table([.. Enumerable.Range(0, 2000).Select(i => Routes.Sync($"/s/{i}")), .. Enumerable.Range(0, 2000).Select(i => Routes.Async($"/s/{i}"))]);
        table.Match("GET", "/s/1234", "test.event");

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            table.Match("GET", "/s/1234", "test.event");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
