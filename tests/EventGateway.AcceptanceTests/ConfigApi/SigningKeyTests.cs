using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>Keys that sign requests: rotated, named, replaced one by one.</summary>
public sealed class SigningKeyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_C2FVsBQIhrscChlQIMVab5sSYspob7oD";

    [Fact]
    public async Task A_rotation_answers_with_a_new_key_and_shows_it_never_again()
    {
        var path = await running.SubscribeWithAsync([]);

        var first = await RotateAsync(path, "");
        var second = await RotateAsync(path, """{"name":"next","algorithm":"ed25519","overlap":"PT1H"}""");

        first.Json["oldKeys"]!.AsArray().ShouldBeEmpty();
        first.Header("cache-control").ShouldBe("no-store");
        first.Json.AsObject().ContainsKey("publicKey").ShouldBeFalse();
        second.Json["name"]!.GetValue<string>().ShouldBe("next");
        second.Json["key"]!.GetValue<string>().ShouldStartWith("whsk_");
        second.Json["publicKey"]!.GetValue<string>().ShouldStartWith("whpk_");
        var old = second.Json["oldKeys"]!.AsArray().ShouldHaveSingleItem()!;
        old["name"]!.GetValue<string>().ShouldBe(first.Json["name"]!.GetValue<string>());
        old["expiresAt"]!.GetValue<DateTimeOffset>().ShouldBeInRange(TimeProvider.System.GetUtcNow().AddMinutes(59), TimeProvider.System.GetUtcNow().AddMinutes(61));
        var shown = await running.Config.GetAsync($"/v1/spaces/default/functions{path}");
        shown.Header("etag").ShouldBe(second.Header("etag"));
        shown.Json["provider"]!["signing"]!.ToJsonString().ShouldBe(
            $$"""{"keys":[{"name":"next","key":"*****"},{"name":"{{old["name"]}}","key":"*****","expiresAt":"{{old["expiresAt"]}}"}]}""");
        await running.SendAsync(path);
        (await running.CallsAsync(path, 1))[0].Headers.Find("webhook-signature")!.Split(' ').Select(signature => signature.Split(',')[0]).ShouldBe(["v1a", "v1"]);
        await Eventually.TrueAsync(
            () => running.Gateway.Output.Contains($"Function default{path} updated at revision {second.Header("etag")!.Trim('"')}", StringComparison.Ordinal),
            "the rotation is in the log");
        running.Gateway.Output.ShouldNotContain("whs");
    }

    [Fact]
    public async Task A_rotation_that_cannot_be_made_changes_nothing()
    {
        var path = await running.SubscribeWithAsync([]);
        var url = $"/v1/spaces/default/functions{path}/signing/rotate";
        var before = await running.Config.GetAsync($"/v1/spaces/default/functions{path}");
        await running.CreateAsync("functions", new JsonObject { ["functionId"] = "unsigned", ["type"] = "builtin", ["provider"] = new JsonObject { ["name"] = "log" } });

        (await running.Config.PostAsync(url, """{"overlap":"1 day","nam":"a"}""")).Errors.ShouldBe(
        [
            "overlap: \"1 day\"; an ISO 8601 duration such as PT24H is accepted, at most P30D; 0 means at once.",
            "Unknown field \"nam\". Did you mean \"name\"?",
        ]);
        (await running.Config.PostAsync("/v1/spaces/default/functions/unsigned/signing/rotate", "")).Errors
            .ShouldBe(["Requests to functions of the type builtin cannot be signed; those of azurefunction, googlecloudfunction, http, openwhisk can."]);
        (await running.Config.PostAsync("/v1/spaces/default/functions/missing/signing/rotate", "{}")).Status.ShouldBe(404);
        (await running.Config.SendAsync(RawRequest.With("POST", url, "application/json", "{}", new HttpField("If-Match", "\"0\"")))).Status.ShouldBe(412);
        (await running.Config.GetAsync(url)).Status.ShouldBe(405);

        (await running.Config.GetAsync($"/v1/spaces/default/functions{path}")).Text.ShouldBe(before.Text);
        (await running.Config.SendAsync(RawRequest.With("POST", url, "application/json", "{}", new HttpField("If-Match", before.Header("etag")!)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Deliveries_wait_on_when_a_key_is_rotated()
    {
        var path = await running.SubscribeWithAsync(
            [], new FunctionAnswer { Status = 503 }, "async", more: new JsonObject { ["delivery"] = new JsonObject { ["backoffDelay"] = "PT1H", ["maxDelay"] = "PT1H" } });
        await running.SendAsync(path);
        var before = (await running.ListAsync($"deliveries?state=retrying&functionId={path[1..]}", "deliveries", 1))[0]["dueAt"]!.GetValue<string>();

        await RotateAsync(path, "{}");
        // What a change of the URL makes due comes after the rotation.
        var other = await running.SubscribeWithAsync(
            [], new FunctionAnswer { Status = 503 }, "async", more: new JsonObject { ["delivery"] = new JsonObject { ["backoffDelay"] = "PT1H", ["maxDelay"] = "PT1H" } });
        await running.SendAsync(other);
        await running.ListAsync($"deliveries?state=retrying&functionId={other[1..]}", "deliveries", 1);
        await running.AskAsync("PATCH", "functions" + other, body: new JsonObject { ["provider"] = new JsonObject { ["headers"] = new JsonObject { ["X-A"] = "1" } } });
        await running.CallsAsync(other, 2);

        (await running.ListAsync($"deliveries?state=retrying&functionId={path[1..]}", "deliveries", 1))[0]["dueAt"]!.GetValue<string>().ShouldBe(before);
        running.CallsOf(path).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_key_is_replaced_beside_others_that_are_kept_by_their_names(string method)
    {
        var path = await running.SubscribeWithAsync(Signed(Named("a", Key), Named("b", Key)));
        var signing = Signed(new JsonObject { ["name"] = "c", ["key"] = Other }, new JsonObject { ["name"] = "b", ["expiresAt"] = "2100-01-01T00:00:00Z" });
        signing["url"] = running.Functions.Url(path);

        var written = await running.AskAsync(method, "functions" + path, body: new JsonObject { ["type"] = "http", ["provider"] = signing });

        written["provider"]!["signing"]!.ToJsonString().ShouldBe(
            """{"keys":[{"name":"c","key":"*****"},{"name":"b","key":"*****","expiresAt":"2100-01-01T00:00:00Z"}]}""");
        await running.SendAsync(path);
        var signatures = (await running.CallsAsync(path, 1))[0].Headers.Find("webhook-signature")!.Split(' ');
        signatures.Distinct().Count().ShouldBe(2);

        var unknown = await running.Config.SendAsync(RawRequest.With(
            "PATCH", "/v1/spaces/default/functions" + path, "application/json", """{"provider":{"signing":{"keys":[{"name":"a","key":"*****"}]}}}"""));
        unknown.Status.ShouldBe(400);
        unknown.Errors.ShouldBe(
            ["Function doesn't validate. Validation error: provider.signing.keys[0].key is missing or *****, but no secret is stored with this name for this server; stored with names: c, b"]);
    }

    private static JsonObject Signed(params JsonNode[] keys) => new() { ["signing"] = new JsonObject { ["keys"] = new JsonArray(keys) } };

    private static JsonObject Named(string name, string key) => new() { ["name"] = name, ["key"] = key };

    private async Task<RawResponse> RotateAsync(string path, string body)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/functions{path}/signing/rotate", body);
        response.Status.ShouldBe(200, response.ToString());
        return response;
    }
}
