using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>A secret that a function repeats is kept nowhere, however it is spelled.</summary>
public sealed class AnswerSecrecyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Secret = "abc+def/ghi+jkl/mno==";

    private static readonly JsonObject Auth = new() { ["auth"] = new JsonObject { ["type"] = "bearer", ["token"] = Secret } };

    /// <summary>What spells the secret.</summary>
    public static TheoryData<string> Spellings { get; } =
    [
        Secret,
        Secret.Replace("/", "\\/", StringComparison.Ordinal),
        Secret.Replace("+", "\\u002B", StringComparison.Ordinal),
        Uri.EscapeDataString(Secret),
        Uri.EscapeDataString(Uri.EscapeDataString(Secret)),
        WebUtility.HtmlEncode(Secret).Replace("+", "&#43;", StringComparison.Ordinal).Replace("/", "&#x2F;", StringComparison.Ordinal),
        Base64(Secret),
        Base64("Authorization: Bearer " + Secret + "\n"),
        Convert.ToHexString(Encoding.UTF8.GetBytes(Secret)),
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task An_answer_is_kept_where_asked_for_with_the_secret_masked(string spelled)
    {
        var function = await FailAsync($$"""{"message":"no luck","a": "{{spelled}}"}""", keepAnswers: true);

        var (attempt, letter) = await KeptAsync(function);

        attempt.ShouldContain("It said: {\"message\":\"no luck\",");
        attempt.ShouldContain("****");
        attempt.ShouldNotContain(spelled);
        letter.ShouldBe(attempt);
        running.Gateway.Output.ShouldNotContain(spelled);
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task An_answer_is_not_kept_where_a_secret_was_sent(string spelled)
    {
        var function = await FailAsync(spelled, keepAnswers: null);

        var (attempt, letter) = await KeptAsync(function);

        attempt.ShouldBe("The function answered with status 422. Its answer is not kept, since a secret was sent; see delivery.keepAnswers.");
        letter.ShouldBe(attempt);
    }

    [Fact]
    public async Task An_answer_that_repeats_the_credentials_of_a_sender_is_not_kept()
    {
        var function = await running.SubscribeWithAsync([], new FunctionAnswer { Status = 422, Body = "Bearer hush-1" }, "async");

        (await running.Events.SendAsync(new RawRequest("POST", function) { Headers = [new("Authorization", "Bearer hush-1")] })).Status.ShouldBe(202);

        (await KeptAsync(function)).Attempt.ShouldEndWith("see delivery.keepAnswers.");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    public async Task System_events_tell_no_secret_of_an_answer(bool? keepAnswers)
    {
        var watcher = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/", "async", "eventgateway.function.invoked", newType: false);
        var body = $$"""{"statusCode":200,"headers":{"x-seen":"Bearer {{Secret.Replace("/", "\\/", StringComparison.Ordinal)}}"},"body":"{{Base64(Secret)}}"}""";
        var function = await running.SubscribeWithAsync(Settings(), FunctionAnswer.Of(body), more: Delivery(keepAnswers));

        var answer = await running.SendAsync(function);

        // The sender gets what the function answers.
        answer.Text.ShouldBe(Base64(Secret));
        await Eventually.TrueAsync(() => Told().Count == 1, "the watcher is told");
        var data = Told().Single();
        if (keepAnswers is true)
        {
            var result = Encoding.UTF8.GetString(Convert.FromBase64String(data["result"]!.GetValue<string>()));
            result.ShouldStartWith("""{"statusCode":200,"headers":{"x-seen":"Bearer ****""");
            result.ShouldNotContain("abc+def");
            result.ShouldNotContain(Base64(Secret)[..8]);
        }
        else
        {
            data["result"].ShouldBeNull();
            data["resultBytes"]!.GetValue<int>().ShouldBe(body.Length);
        }

        List<JsonNode> Told() => [.. running.CallsOf(watcher).Select(call => call.Json["data"]!).Where(data => "/" + data["functionId"] == function)];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static JsonObject Settings() => Auth.DeepClone().AsObject();

    private static JsonObject Delivery(bool? keepAnswers) =>
        keepAnswers is { } keep ? new JsonObject { ["delivery"] = new JsonObject { ["keepAnswers"] = keep } } : [];

    private async Task<string> FailAsync(string body, bool? keepAnswers)
    {
        var function = await running.SubscribeWithAsync(Settings(), new FunctionAnswer { Status = 422, Body = body }, "async", more: Delivery(keepAnswers));
        (await running.SendAsync(function)).Status.ShouldBe(202);
        return function;
    }

    private async Task<(string Attempt, string Letter)> KeptAsync(string function)
    {
        var letter = (await running.ListAsync($"deadletters?functionId={function[1..]}", "deadLetters", 1)).Single();
        JsonNode? attempt = null;
        await Eventually.TrueAsync(
            async () => (attempt = (await running.AskAsync("GET", $"events/{letter["eventId"]}"))["deliveries"]![0]!["attempts"]!.AsArray().FirstOrDefault()) is not null,
            "the attempt is in the log");
        return (attempt!["error"]!.GetValue<string>(), letter["error"]!.GetValue<string>());
    }
}
