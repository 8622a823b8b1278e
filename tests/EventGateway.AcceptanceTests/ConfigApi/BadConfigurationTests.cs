using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>The Configuration API refuses invalid configuration, reports every error, and stores nothing of it.</summary>
public sealed class BadConfigurationTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly string[] Collections = ["eventtypes", "functions", "subscriptions", "cors"];

    private static readonly Dictionary<string, string> BrokenBodies = new(StringComparer.Ordinal)
    {
        ["empty"] = "",
        ["not JSON"] = "hello",
        ["truncated"] = """{"name":"a""",
        ["array"] = "[]",
        ["string"] = "\"x\"",
        ["null"] = "null",
        ["number"] = "1",
        ["empty object"] = "{}",
        ["trailing comma"] = """{"name":"abc",}""",
        ["nested too deeply"] = $$"""{"name":"abc","metadata":{{string.Concat(Enumerable.Repeat("""{"a":""", 10_000))}}1{{new string('}', 10_000)}}}""",
        ["never closed"] = new string('[', 100_000),
        ["metadata that is not a map of strings"] = """{"name":"abc","functionId":"abc","metadata":{"a":{}}}""",
    };

    public static TheoryData<string, string> Broken
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var collection in Collections)
            {
                foreach (var kind in BrokenBodies.Keys)
                {
                    data.Add(collection, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Refuses_a_broken_body(string collection, string kind)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{collection}", BrokenBodies[kind]);

        response.Status.ShouldBe(400, response.ToString());
        response.Header("content-type").ShouldNotBeNull().ShouldStartWith("application/json");
        response.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_body_that_is_not_UTF_8()
    {
        byte[] json = [.. """{"name":"a"""u8, 0xff, .. "\"}"u8];

        var response = await running.Config.SendAsync(new RawRequest("POST", "/v1/spaces/default/eventtypes") { Body = json });

        response.Status.ShouldBe(400, response.ToString());
    }

    [Fact]
    public async Task Refuses_a_body_with_a_duplicate_key()
    {
        var response = await running.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"twice1","name":"twice2"}""");

        response.Status.ShouldBe(400, response.ToString());
        response.Text.ShouldContain("name");
    }

    [Fact]
    public async Task Reports_every_validation_error_at_once()
    {
        var response = await running.Config.PostAsync(
            "/v1/spaces/default/subscriptions",
            """{"type":"maybe","eventType":"no spaces","functionId":"","path":"/","method":"FOO","metadata":{"a":1}}""");

        response.Status.ShouldBe(400);
        response.Errors.Count.ShouldBeGreaterThan(3, response.Text);
        foreach (var field in new[] { "type", "functionId", "method", "metadata" })
        {
            response.Errors.ShouldContain(m => m.Contains(field, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Refuses_a_body_that_is_too_large()
    {
        var response = await running.Config.SendAsync(
            new RawRequest("POST", "/v1/spaces/default/eventtypes") { Body = new byte[8 * 1024 * 1024] });

        response.Status.ShouldBe(413, response.ToString());
    }

    [Theory]
    [InlineData("/v1/spaces/default/eventtypes/..%2Fx")]
    [InlineData("/v1/spaces/..%2Fdefault/eventtypes")]
    [InlineData("/v1/spaces/default/nothing")]
    [InlineData("/v2/spaces")]
    public async Task An_unknown_path_gets_an_errors_body(string path)
    {
        var response = await running.Config.GetAsync(path);

        response.Status.ShouldBeOneOf(400, 404);
        response.Errors.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Refuses_a_path_with_a_zero_byte() =>
        (await running.Config.GetAsync("/v1/spaces/default/eventtypes/%00")).Status.ShouldBe(400);

    [Fact]
    public async Task Stores_nothing_of_a_refused_body()
    {
        foreach (var body in BrokenBodies.Values)
        {
            await running.Config.PostAsync("/v1/spaces/nothing-stored/eventtypes", body);
        }

        var list = await running.Config.GetAsync("/v1/spaces/nothing-stored/eventtypes");

        list.Json["eventTypes"]!.AsArray().Count.ShouldBe(0, list.Text);
    }
}
