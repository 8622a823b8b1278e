using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>Resources are changed with JSON merge patches.</summary>
public sealed class PatchTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Patch = "application/merge-patch+json";

    [Theory]
    [InlineData(Patch)]
    [InlineData("application/json; charset=utf-8")]
    public async Task Disables_and_enables_a_subscription(string contentType)
    {
        var path = "/" + running.NewName();
        await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200}"""), path);
        var id = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"sync,http.request,%2F{path[1..]},POST"));
        var url = $"/v1/spaces/default/subscriptions/{id}";

        var disabled = await running.Config.SendAsync(RawRequest.With("PATCH", url, contentType, """{"enabled":false}"""));

        disabled.Status.ShouldBe(200, disabled.ToString());
        disabled.Json["disabledReason"].ShouldNotBeNull();
        (await running.Events.PostAsync(path, "{}")).Status.ShouldBe(404);
        var enabled = await running.Config.SendAsync(RawRequest.With("PATCH", url, contentType, """{"enabled":null}""", new HttpField("If-Match", disabled.Header("etag")!)));
        enabled.Status.ShouldBe(200, enabled.ToString());
        enabled.Json.AsObject().ContainsKey("enabled").ShouldBeFalse();
        (await running.Events.PostAsync(path, "{}")).Status.ShouldBe(200);
        (await running.Config.SendAsync(RawRequest.With("PATCH", url, contentType, "{}", new HttpField("If-Match", disabled.Header("etag")!)))).Status.ShouldBe(412);
    }

    [Fact]
    public async Task Changes_every_kind_of_resource()
    {
        foreach (var (collection, id, body) in new[]
        {
            ("eventtypes", "patched", """{"name":"patched"}"""),
            ("functions", "patched", """{"functionId":"patched","type":"http","provider":{"url":"http://localhost/","auth":{"type":"bearer","token":"secret"}}}"""),
            ("subscriptions", "YXN5bmMscGF0Y2hlZCxwYXRjaGVkLCUyRnBhdGNoZWQsUE9TVA", """{"type":"async","eventType":"patched","functionId":"patched","path":"/patched"}"""),
            ("cors", "GET%2Fpatched", """{"method":"GET","path":"/patched"}"""),
        })
        {
            (await running.Config.PostAsync($"/v1/spaces/default/{collection}", body)).Status.ShouldBe(201);

            var response = await running.Config.SendAsync(RawRequest.With("PATCH", $"/v1/spaces/default/{collection}/{id}", Patch, """{"metadata":{"team":"red"}}"""));

            response.Status.ShouldBe(200, response.ToString());
            response.Json["metadata"]!["team"]!.GetValue<string>().ShouldBe("red");
            response.Text.ShouldNotContain("secret");
            response.Header("etag").ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Refuses_other_kinds_of_patches()
    {
        var response = await running.Config.SendAsync(
            RawRequest.With("PATCH", "/v1/spaces/default/functions/f", "application/json-patch+json", """[{"op":"remove","path":"/metadata"}]"""));

        response.Status.ShouldBe(415);
        response.Header("accept-patch").ShouldBe("application/merge-patch+json, application/json");
        response.Errors.ShouldBe(["Content-Type: \"application/json-patch+json\"; application/merge-patch+json and application/json are accepted."]);
    }
}
