using System.Text.Json;
using EventGateway.Engine;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Config;

public sealed class ConfigApiTests
{
    private const string Types = "/v1/spaces/default/eventtypes";

    [Fact]
    public async Task Creates_reads_lists_updates_and_deletes()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var created = await api.SendAsync("POST", Types, """{"name":"a.b"}""");
        (created.Code, created.Type, created.Body).ShouldBe((201, "application/json", """{"space":"default","name":"a.b"}"""));
        var read = await api.SendAsync("GET", Types + "/a.b");
        (read.Code, read.Body, read.ETag).ShouldBe((200, created.Body, created.ETag));
        (await api.SendAsync("GET", Types)).Body.ShouldBe($$"""{"eventTypes":[{{created.Body}}]}""");
        var updated = await api.SendAsync("PUT", Types + "/a.b", """{"metadata":{"k":"v"}}""");
        (updated.Code, updated.Body).ShouldBe((200, """{"space":"default","name":"a.b","metadata":{"k":"v"}}"""));
        updated.ETag.ShouldNotBe(created.ETag);
        var deleted = await api.SendAsync("DELETE", Types + "/a.b");
        (deleted.Code, deleted.Body).ShouldBe((204, ""));
        var gone = await api.SendAsync("GET", Types + "/a.b");
        (gone.Code, gone.Type, gone.Body).ShouldBe((404, "application/json", """{"errors":[{"message":"Event Type \"a.b\" not found."}]}"""));
    }

    [Theory]
    [InlineData("/v1/spaces/a/eventtypes", """{"eventTypes":[]}""")]
    [InlineData("/v1/spaces/a/functions", """{"functions":[]}""")]
    [InlineData("/v1/spaces/def%61ult/subscriptions", """{"subscriptions":[]}""")]
    [InlineData("/v1/spaces/a/cors", """{"cors":[]}""")]
    [InlineData("/v1/spaces", """{"spaces":[]}""")]
    public async Task Lists_every_kind_under_its_own_name(string path, string body)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        (await api.SendAsync("GET", path)).Body.ShouldBe(body);
    }

    [Fact]
    public async Task Lists_spaces_that_hold_something()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("POST", "/v1/spaces/second/eventtypes", """{"name":"x"}""");
        await api.SendAsync("POST", "/v1/spaces/first/functions", """{"functionId":"f","type":"builtin","provider":{"name":"log"}}""");

        (await api.SendAsync("GET", "/v1/spaces")).Body.ShouldBe(
            """{"spaces":[{"name":"first","eventTypes":0,"functions":1,"subscriptions":0,"cors":0},{"name":"second","eventTypes":1,"functions":0,"subscriptions":0,"cors":0}]}""");
        (await api.SendAsync("GET", "/v1/spaces?limit=1")).Body.ShouldContain("\"cursor\"");
    }

    [Fact]
    public async Task Compares_cors_ids_as_they_stand_in_the_url()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        const string Cors = "/v1/spaces/default/cors";
        const string Id = Cors + "/GET%2Fa%20b%2F%C3%A9:x";
        var created = await api.SendAsync("POST", Cors, """{"method":"GET","path":"/a b/\u00e9:x"}""");

        (await api.SendAsync("GET", Id)).Body.ShouldBe(created.Body);
        (await api.SendAsync("GET", Id + "/")).Code.ShouldBe(404);
        (await api.SendAsync("GET", Cors + "/GET%252Fa")).Body.ShouldContain("CORS configuration \\\"GET%252Fa\\\" not found.");
        (await api.SendAsync("DELETE", Cors + "/GET/a")).Body.ShouldBe("""{"errors":[{"message":"CORS configuration \"\" not found."}]}""");
        (await api.SendAsync("GET", Cors + "/")).Code.ShouldBe(404);
        (await api.SendAsync("PUT", Cors, "{}")).Code.ShouldBe(405);
        (await api.SendAsync("DELETE", Id)).Code.ShouldBe(204);
    }

    [Theory]
    [InlineData("PUT", Types, "GET, HEAD, POST")]
    [InlineData("HEAD", "/v1/spaces/default/functions/x/signing/rotate", "POST")]
    [InlineData("OPTIONS", Types + "/x", "GET, HEAD, PUT, PATCH, DELETE")]
    [InlineData("GET", "/v1/spaces/default", "DELETE")]
    [InlineData("POST", Types + "/x", "GET, HEAD, PUT, PATCH, DELETE")]
    [InlineData("OPTIONS", "/v1/spaces/default/cors/x", "GET, HEAD, PUT, PATCH, DELETE")]
    [InlineData("POST", "/v1/spaces", "GET, HEAD")]
    [InlineData("POST", "/openapi/v1.json", "GET, HEAD")]
    public async Task Refuses_other_methods_and_names_those_that_it_takes(string method, string path, string allow)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answer = await api.SendAsync(method, path);

        (answer.Code, answer.Allow, answer.Type).ShouldBe((405, allow, "application/json"));
    }

    [Theory]
    [InlineData(Types, 200)]
    [InlineData(Types + "/a.b", 200)]
    [InlineData(Types + "/missing", 404)]
    [InlineData("/v1/spaces", 200)]
    [InlineData("/v1/Spaces/default/EventTypes", 301)]
    [InlineData("/openapi/v1.json", 200)]
    public async Task Answers_HEAD_like_GET_without_a_body(string path, int status)
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("POST", Types, """{"name":"a.b"}""");

        var (get, head) = (await api.SendAsync("GET", path), await api.SendAsync("HEAD", path));

        head.ShouldBe(get with { Body = "" });
        head.Code.ShouldBe(status);
        if (head.ETag is { } tag)
        {
            (await api.SendAsync("HEAD", path, ifNoneMatch: tag)).Code.ShouldBe(304);
        }
    }

    [Fact]
    public async Task Refuses_HEAD_as_in_09()
    {
        await using var api = await ConfigApiFixture.StartAsync(static services => services.AddSingleton(new GatewayDefaults { AnswersHead = false }));

        var answer = await api.SendAsync("HEAD", Types);

        (answer.Code, answer.Allow).ShouldBe((405, "GET, POST"));
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/v1", 404)]
    [InlineData("POST", "/v1/unknown", 404)]
    [InlineData("GET", "/v1/spaces/default/functions/x/y", 404)]
    [InlineData("GET", "/v1/spaces/my%2Fspace/cors", 404)]
    [InlineData("GET", "/v1/spaces/my%zzspace/eventtypes", 400)]
    [InlineData("GET", "/favicon.ico", 404)]
    public async Task Answers_unknown_urls_with_the_errors_body(string method, string path, int status)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answer = await api.SendAsync(method, path);

        (answer.Code, answer.Type).ShouldBe((status, "application/json"));
        using var document = JsonDocument.Parse(answer.Body);
        document.RootElement.GetProperty("errors")[0].GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Redirects_to_the_url_as_it_is_written()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var upper = await api.SendAsync("GET", "/v1/spaces/default/SUBSCRIPTIONS?limit=1");
        (upper.Code, upper.Location).ShouldBe((301, "/v1/spaces/default/subscriptions?limit=1"));
        var doubled = await api.SendAsync("POST", "/v1//spaces", "{}");
        (doubled.Code, doubled.Location).ShouldBe((307, "/v1/spaces"));
    }

    [Fact]
    public async Task Writes_only_over_the_etag_that_if_match_names()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        var first = await api.SendAsync("POST", Types, """{"name":"x"}""");
        var second = await api.SendAsync("PUT", Types + "/x", "{}", first.ETag);

        second.Code.ShouldBe(200);
        (await api.SendAsync("PUT", Types + "/x", "{}", first.ETag)).Code.ShouldBe(412);
        (await api.SendAsync("DELETE", Types + "/x", ifMatch: first.ETag)).Code.ShouldBe(412);
        (await api.SendAsync("PUT", Types + "/x", "{}", "W/" + second.ETag)).Code.ShouldBe(412);
        (await api.SendAsync("PUT", Types + "/x", "{}", "unquoted")).Code.ShouldBe(400);
        (await api.SendAsync("PUT", Types + "/y", "{}", "\"1\"")).Code.ShouldBe(404);
        var third = await api.SendAsync("PUT", Types + "/x", "{}", "*");
        third.Code.ShouldBe(200);
        (await api.SendAsync("DELETE", Types + "/x", ifMatch: $"\"no\", {third.ETag}")).Code.ShouldBe(204);
    }

    [Fact]
    public async Task Filters_by_metadata()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        var found = (await api.SendAsync("POST", Types, """{"name":"x","metadata":{"k1":"v1","k2":"v2"}}""")).Body;
        await api.SendAsync("POST", Types, """{"name":"y"}""");

        foreach (var query in new[] { "metadata.k1=v1", "metadata.k1=v1&metadata.k2=v2", "metadata%2Ek1=v%31" })
        {
            (await api.SendAsync("GET", $"{Types}?{query}")).Body.ShouldBe($$"""{"eventTypes":[{{found}}]}""", query);
        }

        foreach (var query in new[] { "metadata.k1=", "metadata.k1=v1&metadata.k2=no", "metadata.K1=v1", "metadata.=v1" })
        {
            (await api.SendAsync("GET", $"{Types}?{query}")).Body.ShouldBe("""{"eventTypes":[]}""", query);
        }
    }

    [Fact]
    public async Task Pages_with_limit_and_cursor()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        foreach (var name in new[] { "c", "a", "e", "b", "d" })
        {
            await api.SendAsync("POST", Types, $$"""{"name":"{{name}}"}""");
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            using var page = JsonDocument.Parse((await api.SendAsync("GET", $"{Types}?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Body);
            names.AddRange(page.RootElement.GetProperty("eventTypes").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            cursor = page.RootElement.TryGetProperty("cursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);

        names.ShouldBe(["a", "b", "c", "d", "e"]);
        (await api.SendAsync("GET", Types)).Body.ShouldNotContain("cursor");
        foreach (var query in new[] { "limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "cursor=%25", "cursor=" })
        {
            (await api.SendAsync("GET", $"{Types}?{query}")).Code.ShouldBe(400, query);
        }
    }

    [Fact]
    public async Task Refuses_bodies_that_are_too_large()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answer = await api.SendAsync("POST", Types, $$$"""{"name":"x","metadata":{"a":"{{{new string('x', 1024 * 1024)}}}"}}""");

        (answer.Code, answer.Type).ShouldBe((413, "application/json"));
        api.Store.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_any_content_type_and_none()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        (await api.SendAsync("POST", Types, """{"name":"x"}""", contentType: "text/plain")).Code.ShouldBe(201);
        (await api.SendAsync("POST", Types)).Body.ShouldBe(
            """{"errors":[{"message":"Event Type doesn't validate. Validation error: body: empty; a JSON object is accepted."}]}""");
    }

    [Fact]
    public async Task Asks_to_try_later_while_the_store_is_down()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        api.Store.IsDown = true;

        var answer = await api.SendAsync("POST", Types, """{"name":"x"}""");

        (answer.Code, answer.Type, answer.RetryAfter).ShouldBe((503, "application/json", "1"));
        (await api.SendAsync("GET", Types)).Code.ShouldBe(200);
    }
}
