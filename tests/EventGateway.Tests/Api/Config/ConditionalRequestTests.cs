using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Config;

public sealed class ConditionalRequestTests
{
    private const string Root = "/v1/spaces/default";
    private const string Item = Root + "/eventtypes/x";
    private const string Log = """{"type":"builtin","provider":{"name":"log"}}""";

    [Theory]
    [InlineData("TAG", 304)]
    [InlineData("W/TAG", 304)]
    [InlineData("\"no\", W/TAG", 304)]
    [InlineData("*", 304)]
    [InlineData("\"no\"", 200)]
    [InlineData("\"0\"", 200)]
    public async Task Answers_a_read_of_a_known_version_without_it(string header, int status)
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("PUT", Item, "{}", ifNoneMatch: "*");
        foreach (var path in new[] { Item, Root + "/eventtypes", Root + "/eventtypes?limit=1" })
        {
            var read = await api.SendAsync("GET", path);

            var answer = await api.SendAsync("GET", path, ifNoneMatch: header.Replace("TAG", read.ETag, StringComparison.Ordinal));

            (answer.Code, answer.ETag).ShouldBe((status, read.ETag), path);
            answer.Body.ShouldBe(status == 304 ? "" : read.Body);
        }
    }

    [Fact]
    public async Task A_known_version_of_a_list_is_outdated_by_a_write()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        var before = await api.SendAsync("GET", Root + "/eventtypes");
        await api.SendAsync("POST", Root + "/eventtypes", """{"name":"y"}""");

        (await api.SendAsync("GET", Root + "/eventtypes", ifNoneMatch: before.ETag)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_read_of_what_is_not_there_is_404_whatever_its_conditions()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        (await api.SendAsync("GET", Item, ifNoneMatch: "*")).Code.ShouldBe(404);
        (await api.SendAsync("GET", Item, ifMatch: "*")).Code.ShouldBe(404);
        (await api.SendAsync("DELETE", Item, ifNoneMatch: "*")).Code.ShouldBe(404);
        (await api.SendAsync("PUT", Item, "{}", ifMatch: "*")).Code.ShouldBe(404);
        (await api.SendAsync("PUT", Item, "{}", ifNoneMatch: "\"1\"")).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("eventtypes/x", "{}")]
    [InlineData("functions/fn2", Log)]
    [InlineData("subscriptions/YXN5bmMseCxmbiwlMkYsUE9TVA", """{"type":"async","eventType":"x","functionId":"fn"}""")]
    [InlineData("cors/GET%2Fhello", """{"method":"GET","path":"/hello"}""")]
    public async Task Creates_once_with_If_None_Match(string resource, string body)
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("POST", Root + "/functions", """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
        if (resource.StartsWith("subscriptions", StringComparison.Ordinal))
        {
            await api.SendAsync("PUT", Item, "{}", ifNoneMatch: "*");
        }

        var created = await api.SendAsync("PUT", $"{Root}/{resource}", body, ifNoneMatch: "*");

        created.Code.ShouldBe(201, created.Body);
        var read = await api.SendAsync("GET", $"{Root}/{resource}");
        (read.Code, read.Body, read.ETag).ShouldBe((200, created.Body, created.ETag));
        var again = await api.SendAsync("PUT", $"{Root}/{resource}", body, ifNoneMatch: "*");
        (again.Code, again.Body).ShouldBe((412, $$"""{"errors":[{"message":"If-None-Match: the resource is there, at revision \"{{created.ETag!.Trim('"')}}\"."}]}"""));
    }

    [Theory]
    [InlineData("subscriptions/other", """{"type":"async","eventType":"x","functionId":"fn"}""", "subscriptionId")]
    [InlineData("cors/GET%2Fother", """{"method":"GET","path":"/hello"}""", "corsId")]
    [InlineData("eventtypes/a%20b", "{}", "name")]
    [InlineData("functions/a%20b", Log, "functionId")]
    public async Task Refuses_to_create_under_an_id_that_the_resource_cannot_have(string resource, string body, string field)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answer = await api.SendAsync("PUT", $"{Root}/{resource}", body, ifNoneMatch: "*");

        answer.Code.ShouldBe(400);
        answer.Body.ShouldContain(field);
    }

    [Theory]
    [InlineData("a%20b", 400, "functionId: \\\"a b\\\"; letters, digits, '.', '-' and '_' are accepted.")]
    [InlineData("missing", 404, "Function \\\"missing\\\" not found.")]
    public async Task An_update_under_an_id_that_no_function_can_have_is_refused_as_invalid(string id, int status, string message)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answer = await api.SendAsync("PUT", $"{Root}/functions/{id}", Log);

        answer.Code.ShouldBe(status);
        answer.Body.ShouldContain(message);
    }

    [Fact]
    public async Task Creates_exactly_once_of_many_at_the_same_time()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => api.SendAsync("PUT", Item, $$$"""{"metadata":{"i":"{{{i}}}"}}""", ifNoneMatch: "*")));

        answers.Count(answer => answer.Code == 201).ShouldBe(1);
        answers.Count(answer => answer.Code == 412).ShouldBe(31);
        (await api.SendAsync("GET", Item)).Body.ShouldBe(answers.Single(answer => answer.Code == 201).Body);
    }

    [Fact]
    public async Task Compares_If_Match_first()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        (await api.SendAsync("PUT", Item, "{}", "\"1\"", ifNoneMatch: "*")).ShouldSatisfyAllConditions(
            answer => answer.Code.ShouldBe(412), answer => answer.Body.ShouldContain("If-Match: the resource is not there."));
        var tag = (await api.SendAsync("PUT", Item, "{}", ifNoneMatch: "*")).ETag;

        var get = await api.SendAsync("GET", Item, ifMatch: "\"no\"", ifNoneMatch: tag);
        (get.Code, get.Body.Contains("If-Match", StringComparison.Ordinal)).ShouldBe((412, true));
        (await api.SendAsync("GET", Item, ifMatch: tag, ifNoneMatch: tag)).Code.ShouldBe(304);
        (await api.SendAsync("GET", Item, ifMatch: "W/" + tag)).Code.ShouldBe(412);
        (await api.SendAsync("PUT", Item, "{}", tag, ifNoneMatch: tag)).Body.ShouldContain("If-None-Match");
        (await api.SendAsync("DELETE", Item, ifMatch: tag, ifNoneMatch: "W/" + tag)).Code.ShouldBe(412);
        (await api.SendAsync("DELETE", Item, ifMatch: "*", ifNoneMatch: "\"no\"")).Code.ShouldBe(204);
    }

    [Fact]
    public async Task A_creation_compares_with_the_resource_of_the_same_id()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        const string body = """{"name":"x"}""";

        (await api.SendAsync("POST", Root + "/eventtypes", body, ifMatch: "*")).Code.ShouldBe(412);
        (await api.SendAsync("POST", Root + "/eventtypes", body, ifNoneMatch: "*")).Code.ShouldBe(201);
        (await api.SendAsync("POST", Root + "/eventtypes", body, ifNoneMatch: "*")).Code.ShouldBe(412);
        (await api.SendAsync("POST", Root + "/eventtypes", body)).Code.ShouldBe(409);
    }

    [Theory]
    [InlineData("unquoted")]
    [InlineData("*, \"1\"")]
    [InlineData("\"1\" \"2\"")]
    [InlineData("\"1")]
    [InlineData("**")]
    public async Task Names_every_malformed_header(string value)
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("PUT", Item, "{}", ifNoneMatch: "*");
        foreach (var (method, path, body) in new[] { ("GET", Item, null), ("GET", Root + "/eventtypes", null), ("PUT", Item, "{}"), ("DELETE", Item, null), ("POST", Root + "/eventtypes", """{"name":"z"}""") })
        {
            var answer = await api.SendAsync(method, path, body, value, ifNoneMatch: value);

            answer.Code.ShouldBe(400, $"{method} {path}");
            answer.Body.ShouldBe(
                """{"errors":[{"message":"If-Match: not a list of ETags; * or ETags from answers, separated by commas, are accepted."},"""
                + """{"message":"If-None-Match: not a list of ETags; * or ETags from answers, separated by commas, are accepted."}]}""");
        }
    }
}
