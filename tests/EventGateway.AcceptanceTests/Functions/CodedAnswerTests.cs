using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using EventGateway.TestSupport;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Functions and token endpoints that compress their answers.</summary>
public sealed class CodedAnswerTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task The_answer_of_a_sync_function_is_decoded(string coding)
    {
        var path = await running.SubscribeWithAsync([], Answer("""{"statusCode":201,"body":"hi"}""", coding));

        var response = await running.SendAsync(path);

        (response.Status, response.Text, response.Header("Content-Encoding")).ShouldBe((201, "hi", null));
        running.CallsOf(path)[0].Headers.Find("Accept-Encoding").ShouldBe("gzip, br, deflate");
    }

    [Fact]
    public async Task A_header_of_the_function_replaces_the_codings_that_are_asked_for()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["headers"] = new JsonObject { ["accept-encoding"] = "identity" } });

        await running.SendAsync(path);

        running.CallsOf(path)[0].Headers.Find("Accept-Encoding").ShouldBe("identity");
    }

    [Fact]
    public async Task The_answer_of_an_authorizer_is_decoded()
    {
        var type = running.NewName();
        var authorizer = await running.SubscribeWithAsync([], Answer("""{"authorization":{"principalId":"u"}}""", "gzip"));
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = type, ["authorizerId"] = authorizer[1..] });
        await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/" + type, eventType: type, newType: false);

        var response = await running.Events.SendAsync(RawRequest.With("POST", "/" + type, "application/json", "{}", new HttpField("Event", type)));

        response.Text.ShouldBe("done", response.ToString());
    }

    [Fact]
    public async Task A_reply_is_decoded()
    {
        var (type, replyType) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var listener = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/", "async", replyType);
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = type });
        var path = await running.SubscribeWithAsync(
            [],
            Answer($$$"""{"specversion":"1.0","id":"1","source":"/r","type":"{{{replyType}}}","data":{"a":1}}""", "gzip", new HttpField("Content-Type", "application/cloudevents+json")),
            "async",
            more: new JsonObject { ["eventType"] = type, ["reply"] = true });

        await running.Events.SendAsync(RawRequest.With("POST", path, "application/json", "{}", new HttpField("Event", type)));

        (await running.CallsAsync(listener, 1))[0].Json["data"]!["a"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task The_answer_of_a_token_endpoint_is_decoded()
    {
        var tokens = "/token-" + running.NewName();
        running.Functions[tokens] = Answer("""{"access_token":"abc"}""", "gzip");
        var path = await running.SubscribeWithAsync(new JsonObject
        {
            ["auth"] = new JsonObject { ["type"] = "oauth2", ["tokenUrl"] = running.Functions.Url(tokens), ["clientId"] = "id", ["clientSecret"] = "secret" },
        });

        (await running.SendAsync(path)).Status.ShouldBe(200);

        running.CallsOf(path)[0].Headers.Find("Authorization").ShouldBe("Bearer abc");
        running.CallsOf(tokens)[0].Headers.Find("Accept-Encoding").ShouldBe("gzip, br, deflate");
    }

    [Fact]
    public async Task The_kept_answer_of_a_failed_attempt_is_text()
    {
        var path = await running.SubscribeWithAsync(
            [], Answer("out of paper", "br") with { Status = 500 }, "async", more: new JsonObject { ["delivery"] = new JsonObject { ["retry"] = 0 } });

        await running.SendAsync(path);

        var letter = (await running.ListAsync($"deadletters?functionId={path[1..]}", "deadLetters", 1))[0].ToJsonString();
        letter.ShouldContain("out of paper");
    }

    [Theory]
    [InlineData("99999999999")]
    [InlineData("99999999999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_wait_without_end_is_one_day(string retryAfter)
    {
        var path = await running.SubscribeWithAsync(
            [],
            new FunctionAnswer { Status = 503, Headers = [new HttpField("Retry-After", retryAfter)] },
            "async",
            more: new JsonObject { ["delivery"] = new JsonObject { ["maxAge"] = "P3D" } });
        var response = await running.SendAsync(path);
        var before = TimeProvider.System.GetUtcNow();

        await running.CallsAsync(path, 1);

        JsonNode? due = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var delivery = (await running.AskAsync("GET", $"events/{response.Header("event-id")}"))["deliveries"]![0]!;
                due = delivery["attempts"]!.AsArray().Count > 0 ? delivery["dueAt"] : null;
                return due is not null;
            },
            "the delivery waits");
        (due!.GetValue<DateTimeOffset>() - before).TotalHours.ShouldBeInRange(23.9, 24.1);
    }

    private static FunctionAnswer Answer(string body, string coding, params HttpField[] headers) => new()
    {
        Bytes = Coded.With(Encoding.UTF8.GetBytes(body), coding),
        Headers = [new HttpField("Content-Encoding", coding), .. headers],
    };
}
