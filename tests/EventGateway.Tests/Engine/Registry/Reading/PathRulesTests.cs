using CsCheck;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.Reading;

public sealed class PathRulesTests
{
    private const string Forms = "a parameter is written \":name\", and \"*name\" at the end takes the rest of the path";

    [Theory]
    [InlineData("/")]
    [InlineData("/users/:id/posts/:post")]
    [InlineData("/files/*path")]
    [InlineData("/users/:id/*rest")]
    [InlineData("/a:b/c*d/{/}/<")]
    [InlineData("/%7Bid%7D/%3F/%23/%2A")]
    [InlineData("//")]
    [InlineData("/a://b")]
    public void Accepts_paths_that_requests_can_match(string path) => PathRules.FindMistake(path, isLiteral: false).ShouldBeNull();

    [Theory]
    [InlineData("/users/{id}", "/users/:id")]
    [InlineData("/users/{id?}", "/users/:id")]
    [InlineData("/users/{id:int}/posts/{post}", "/users/:id/posts/:post")]
    [InlineData("/users/<id>", "/users/:id")]
    [InlineData("/users/<int:id>", "/users/:id")]
    [InlineData("/files/<path:rest>", "/files/*rest")]
    [InlineData("/files/{proxy+}", "/files/*proxy")]
    [InlineData("/files/{*rest}", "/files/*rest")]
    [InlineData("/files/{path*}", "/files/*path")]
    [InlineData("/{}", "/:name")]
    [InlineData("/a/*", "/a/*name")]
    [InlineData("/a/**", "/a/*name")]
    [InlineData("/a/*/b", "/a/:name/b")]
    [InlineData("/a/:", "/a/:name")]
    public void Refuses_the_forms_of_other_routers_and_names_its_own(string path, string own)
    {
        PathRules.FindMistake(path, isLiteral: false).ShouldBe($"{Forms}: \"{own}\".");
        PathRules.FindMistake(own, isLiteral: false).ShouldBeNull();
    }

    [Theory]
    [InlineData("/users/{id}.json", Forms + "; both take whole segments.")]
    [InlineData("/{a}{b}", Forms + "; both take whole segments.")]
    [InlineData("/a/*rest/b", "\"*rest\" takes the rest of the path, so it is accepted only as the last segment.")]
    [InlineData("/a/**/b", "\"*name\" takes the rest of the path, so it is accepted only as the last segment.")]
    [InlineData("/:id/:id", "\"id\" names two parameters; a name is accepted once.")]
    [InlineData("/:id/*id", "\"id\" names two parameters; a name is accepted once.")]
    [InlineData("/users?role=admin", "a path without query and fragment is accepted: \"/users\" takes requests with any query.")]
    [InlineData("/users#top", "a path without query and fragment is accepted: \"/users\" takes requests with any query.")]
    [InlineData("/https://example.com/users?a", "a path is accepted, without scheme and host: \"/users?a\".")]
    [InlineData("/http://localhost:4000", "a path is accepted, without scheme and host: \"/\".")]
    public void Refuses_paths_that_no_request_can_match(string path, string mistake) => PathRules.FindMistake(path, isLiteral: false).ShouldBe(mistake);

    [Theory]
    [InlineData("/users/:id")]
    [InlineData("/*")]
    [InlineData("/a/*rest")]
    [InlineData("/users/{id}")]
    public void Refuses_parameters_and_wildcards_of_async_subscriptions(string path) =>
        PathRules.FindMistake(path, isLiteral: true).ShouldStartWith("the path of an async subscription is compared literally");

    [Theory]
    [InlineData("/a:b/c*d", null)]
    [InlineData("/%3Aid/%2A", null)]
    [InlineData("/a?b", "a path without query")]
    [InlineData("/https://example.com", "a path is accepted, without scheme")]
    public void Checks_the_rest_of_the_path_of_an_async_subscription_as_well(string path, string? mistake)
    {
        var found = PathRules.FindMistake(path, isLiteral: true);
        (mistake is null ? found is null : found!.StartsWith(mistake, StringComparison.Ordinal)).ShouldBeTrue(found);
    }

    [Fact]
    public void Reads_any_path_and_accepts_only_what_the_routing_table_can_hold() =>
        Gen.String[Gen.OneOf(Gen.Char["/:*{}<>?#ab%"], Gen.Char['a', 'z']), 0, 12].Sample(text =>
        {
            var path = "/" + text;
            PathRules.FindMistake(path, isLiteral: true);
            if (PathRules.FindMistake(path, isLiteral: false) is null)
            {
                PathPattern.IsWellFormed(PathPattern.Of(path, literal: false)).ShouldBeTrue();
            }
        });
}
