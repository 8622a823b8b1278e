using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTableConflictTests
{
    [Theory]
    [InlineData("/users/:id", "/users/:id/posts")]
    [InlineData("/users/:id/posts", "/users/:id/posts/:post")]
    [InlineData("/static/a", "/static/b")]
    [InlineData("/static/a", "/static/a/deep")]
    [InlineData("/static/a", "/static")]
    [InlineData("/static", "/static/")]
    [InlineData("/static/", "/static//x")]
    [InlineData("/static/a", "/STATIC/:a")]
    [InlineData("/files/*path", "/files")]
    [InlineData("/*all", "/")]
    [InlineData("/:all", "/")]
    [InlineData("/:all", "/:all/def")]
    [InlineData("/mid/a:b", "/mid/a*b")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/%3Aid", "/id")]
    [InlineData("/🐪/x", "/🐪/y")]
    [InlineData("/🐺", "/🐯")]
    public void Accepts_paths_that_no_request_can_confuse(string there, string added)
    {
        Routes.Table(Routes.Sync(there)).FindConflict(Routes.Sync(added), exclusiveSegments: true).ShouldBeNull();
        Routes.Table(Routes.Sync(added)).FindConflict(Routes.Sync(there), exclusiveSegments: true).ShouldBeNull();
    }

    [Theory]
    [InlineData("/users/:id", "/users/:uid/posts", "parameter with different name (\"id\") already defined")]
    [InlineData("/users/:id", "/users/me", "parameter (\"id\") already defined")]
    [InlineData("/users/:id", "/users/", "parameter (\"id\") already defined")]
    [InlineData("/users/:id", "/users/*rest", "parameter (\"id\") already defined")]
    [InlineData("/static/a", "/static/:x", "static route already defined")]
    [InlineData("/static/a", "/static/*x", "static route already defined")]
    [InlineData("/a/b/c", "/a/:x/c", "static route already defined")]
    [InlineData("/a/b/c", "/a/b/:y", "static route already defined")]
    [InlineData("/files/*path", "/files/x", "wildcard (\"path\") already defined")]
    [InlineData("/files/*path", "/files/:x", "wildcard (\"path\") already defined")]
    [InlineData("/files/*path", "/files/*other", "wildcard (\"path\") already defined")]
    [InlineData("/*all", "/abc", "wildcard (\"all\") already defined")]
    [InlineData("/:🐯", "/x", "parameter (\"🐯\") already defined")]
    [InlineData("/enc/a b", "/enc/a%20b", "the path is already taken")]
    public void Refuses_paths_that_overlap(string there, string added, string reason)
    {
        var expected = $"Subscription path conflict: {reason}: for route: {added}";

        Routes.Table(Routes.Sync(there)).FindConflict(Routes.Sync(added), exclusiveSegments: true).ShouldBe(expected);
        Routes.Table(Routes.Sync(there), Routes.Sync("/other/x"), Routes.Sync("/other/y"), Routes.Sync(there + "zz/q")).FindConflict(Routes.Sync(added), exclusiveSegments: true).ShouldNotBeNull();
        Routes.Table(Routes.Sync(added)).FindConflict(Routes.Sync(there), exclusiveSegments: true).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/files/*path/more")]
    [InlineData("/*a/*b")]
    public void Refuses_a_wildcard_that_is_not_last(string path) =>
        Routes.Table().FindConflict(Routes.Sync(path)).ShouldStartWith("Subscription path conflict: wildcard must be the last parameter");

    [Fact]
    public void Refuses_a_path_of_too_many_segments()
    {
        var path = string.Concat(Enumerable.Repeat("/a", 10_000));

        Routes.Table().FindConflict(Routes.Sync(path)).ShouldNotBeNull();
        Routes.Table(Routes.Sync(path), Routes.Sync(path + "/b")).Match("GET", path, "test.event").IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/a", "/a")]
    [InlineData("/users/:secret", "/users/:id")]
    [InlineData("/users/secret", "/users/:id")]
    public void Does_not_tell_whose_route_of_another_space_is_in_the_way(string there, string added)
    {
        var conflict = Routes.Table(Routes.Sync(there, space: "others")).FindConflict(Routes.Sync(added), exclusiveSegments: true);

        conflict.ShouldBe($"Subscription path conflict: the path or a part of it is not available: for route: {added}");
    }

    [Theory]
    [InlineData("/users/:id", "/users/me", "/users/me", "/users/me")]
    [InlineData("/users/:id", "/users/me", "/users/you", "/users/:id")]
    [InlineData("/users/:id", "/users/", "/users/", "/users/")]
    [InlineData("/users/:id", "/users/*rest", "/users/1", "/users/:id")]
    [InlineData("/users/:id", "/users/*rest", "/users/1/2", "/users/*rest")]
    [InlineData("/users/:id/a", "/users/:name/b", "/users/1/b", "/users/:name/b")]
    [InlineData("/users/me/a", "/users/:id/b", "/users/me/b", "/users/:id/b")]
    [InlineData("/users/me/a", "/*rest", "/users/me/c", "/*rest")]
    public void Routes_to_the_most_specific_of_paths_that_overlap(string there, string added, string sent, string taken)
    {
        Routes.Table(Routes.Sync(there)).FindConflict(Routes.Sync(added)).ShouldBeNull();
        Routes.Table(Routes.Sync(added)).FindConflict(Routes.Sync(there)).ShouldBeNull();

        Routes.Table(Routes.Sync(there), Routes.Sync(added)).Match("GET", sent, "test.event").Sync!.Subscription.Path.ShouldBe(taken);
    }

    [Theory]
    [InlineData("/users/:id", "/users/:uid")]
    [InlineData("/users/:id/*rest", "/users/:uid/*")]
    [InlineData("/enc/a b", "/enc/a%20b")]
    [InlineData("/", "/")]
    public void Refuses_paths_that_no_request_can_tell_apart(string there, string added)
    {
        var others = new[] { Routes.Sync("/users"), Routes.Sync("/users/me"), Routes.Sync("/users/:id/x"), Routes.Sync("/enc/:a"), Routes.Sync("/*all") };
        foreach (var table in new[] { Routes.Table(Routes.Sync(there)), Routes.Table([Routes.Sync(there), .. others]) })
        {
            table.FindConflict(Routes.Sync(added, space: "spacex")).ShouldBe(
                $"Subscription path conflict: a subscription of another space takes it, and all spaces share the paths of the Events API: for route: {added}");
            if (there != added)
            {
                table.FindConflict(Routes.Sync(added)).ShouldBe($"Subscription path conflict: the path is already taken by \"{there}\": for route: {added}");
            }
        }
    }

    [Fact]
    public void Sees_no_conflict_with_other_types_and_methods_nor_with_async_ones()
    {
        var table = Routes.Table(Routes.Sync("/users/:id"));

        table.FindConflict(Routes.Sync("/users/:name", eventType: "other.event")).ShouldBeNull();
        table.FindConflict(Routes.Sync("/users/:name", method: "POST")).ShouldBeNull();
        table.FindConflict(Routes.Async("/users/:name")).ShouldBeNull();
        Routes.Table(Routes.Async("/users/:id")).FindConflict(Routes.Sync("/users/:name")).ShouldBeNull();
    }

    [Fact]
    public void Sees_no_conflict_of_a_subscription_with_itself() =>
        Routes.Table(Routes.Sync("/users/:id"), Routes.Sync("/users/:id/x")).FindConflict(Routes.Sync("/users/:id"), exclusiveSegments: true).ShouldBeNull();

    [Fact]
    public void Frees_a_path_when_its_subscription_goes()
    {
        var table = Routes.Table(Routes.Sync("/users/:id"), Routes.Sync("/users/:id/x"))
            .Without(Routes.Sync("/users/:id")).Without(Routes.Sync("/users/:id/x"));

        table.FindConflict(Routes.Sync("/users/me"), exclusiveSegments: true).ShouldBeNull();
    }
}
