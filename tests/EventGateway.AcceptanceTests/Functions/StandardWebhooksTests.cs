using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>The published package <c>standardwebhooks</c> of npm accepts the signatures of the gateway.</summary>
public sealed class StandardWebhooksTests(RunningGateway running, WebhookReceiver receiver) : IClassFixture<RunningGateway>, IClassFixture<WebhookReceiver>
{
    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    public async Task The_signature_is_valid(string type)
    {
        var key = NewKey();

        var request = await SendAsync(key, [key], type);

        request["isValid"]!.GetValue<bool>().ShouldBeTrue(request.ToJsonString());
        request["isValidLater"]!.GetValue<bool>().ShouldBeFalse();
        request["isValidAsOther"]!.GetValue<bool>().ShouldBeFalse();
        request["id"]!.GetValue<string>().ShouldNotBeEmpty();
        (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - request["timestamp"]!.GetValue<long>()).ShouldBeInRange(0, 60);
    }

    [Fact]
    public async Task While_keys_are_rotated_both_are_valid()
    {
        var (old, current) = (NewKey(), NewKey());

        foreach (var key in new[] { old, current })
        {
            var request = await SendAsync(key, [current, old]);
            (request["isValid"]!.GetValue<bool>(), request["signatures"]!.GetValue<int>()).ShouldBe((true, 2));
        }
    }

    [Fact]
    public async Task Another_key_is_not_valid()
    {
        var request = await SendAsync(NewKey(), [NewKey()]);

        (request["isValid"]!.GetValue<bool>(), request["error"]!.GetValue<string>()).ShouldBe((false, "No matching signature found"));
    }

    [Fact]
    public async Task A_body_that_was_changed_is_not_valid()
    {
        var key = NewKey();

        var request = await SendAsync(key, [key], query: "&tampers=1");

        (request["isValid"]!.GetValue<bool>(), request["error"]!.GetValue<string>()).ShouldBe((false, "No matching signature found"));
    }

    [Fact]
    public async Task A_request_without_a_signature_is_not_valid()
    {
        var request = await SendAsync(NewKey(), []);

        (request["isValid"]!.GetValue<bool>(), request["error"]!.GetValue<string>()).ShouldBe((false, "Missing required headers"));
    }

    [Fact]
    public async Task Each_attempt_is_signed_anew_and_keeps_the_id()
    {
        var key = NewKey();

        await SendAsync(key, [key], "async", "&failures=2", new JsonObject { ["backoffDelay"] = "PT1S", ["maxDelay"] = "PT1S", ["jitter"] = false });
        var requests = await RequestsAsync(key, 3);

        requests.ShouldAllBe(request => request!["isValid"]!.GetValue<bool>());
        requests.Select(request => request!["id"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
        var timestamps = requests.Select(request => request!["timestamp"]!.GetValue<long>()).ToArray();
        timestamps.ShouldBe(timestamps.Distinct().Order());
    }

    private static string NewKey() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));

    // Returns what the receiver, which has one key, says about the first request that was signed with the others.
    private async Task<JsonNode> SendAsync(string key, string[] signingKeys, string type = "sync", string query = "", JsonObject? delivery = null)
    {
        var settings = new JsonObject { ["url"] = receiver.Url(key) + query };
        if (signingKeys.Length > 0)
        {
            settings["signing"] = new JsonObject { ["keys"] = new JsonArray([.. signingKeys.Select(signing => JsonValue.Create(signing))]) };
        }

        var path = await running.SubscribeWithAsync(settings, type: type, more: delivery is null ? null : new JsonObject { ["delivery"] = delivery });
        // The characters take several bytes in UTF-8, which the signature covers.
        var response = await running.Events.PostAsync(path, """{"a":"ä€😀","n":1.50}""");
        response.Status.ShouldBe(type is "sync" ? 200 : 202, response.ToString());
        return (await RequestsAsync(key, 1))[0]!;
    }

    private async Task<JsonArray> RequestsAsync(string key, int count)
    {
        JsonArray requests = [];
        await Eventually.TrueAsync(async () => (requests = await receiver.RequestsAsync(key)).Count >= count, $"the receiver has {count} requests");
        return requests;
    }
}
