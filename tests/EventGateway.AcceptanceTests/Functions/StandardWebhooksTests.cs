using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>The published package <c>standardwebhooks</c> of npm accepts the signatures of the gateway.</summary>
public sealed class StandardWebhooksTests(RunningGateway running, WebhookReceiver receiver) : IClassFixture<RunningGateway>, IClassFixture<WebhookReceiver>
{
    private const int Senders = 4;

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
    public async Task Under_load_a_rotation_leaves_no_request_without_a_valid_signature()
    {
        var old = NewKey();
        var path = await running.SubscribeWithAsync(
            new JsonObject { ["url"] = receiver.Url(old), ["signing"] = new JsonObject { ["keys"] = new JsonArray(old) } });
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => SendUntilAsync(path, stop.Token)).ToArray();
        var before = await CountAsync(old, 20);

        var rotation = await running.AskAsync("POST", $"functions{path}/signing/rotate");
        var rotated = await CountAsync(old, before);
        var last = await CountAsync(old, rotated + 20);
        await running.AskAsync("POST", $"functions{path}/signing/rotate", body: new JsonObject { ["overlap"] = 0 });
        var removed = await CountAsync(old, last);
        await CountAsync(old, removed + 20);
        await stop.CancelAsync();
        (await Task.WhenAll(senders)).Sum().ShouldBeGreaterThan(60);

        var byOld = await ValidAsync(old, old);
        var byNew = await ValidAsync(old, rotation["key"]!.GetValue<string>());
        // Requests that were under way when a rotation was answered may have been signed before it.
        byOld.Take(last).ShouldAllBe(isValid => isValid);
        byNew.Take(before).ShouldAllBe(isValid => !isValid);
        byNew.Take(last).Skip(rotated + Senders).ShouldAllBe(isValid => isValid);
        byOld.Skip(removed + Senders).ShouldAllBe(isValid => !isValid);
        byNew.Skip(removed + Senders).ShouldAllBe(isValid => !isValid);
        (await receiver.RequestsAsync(old)).ShouldAllBe(request => request!["signatures"]!.GetValue<int>() > 0);
    }

    [Fact]
    public async Task A_key_signs_no_more_when_it_has_expired()
    {
        var (old, current) = (NewKey(), NewKey());
        var path = await running.SubscribeWithAsync(new JsonObject
        {
            ["url"] = receiver.Url(old),
            ["signing"] = new JsonObject
            {
                ["keys"] = new JsonArray(
                    current,
                    new JsonObject { ["name"] = "old", ["key"] = old, ["expiresAt"] = TimeProvider.System.GetUtcNow().AddSeconds(3).ToString("O") }),
            },
        });

        (await running.SendAsync(path)).Status.ShouldBe(200);
        await Eventually.TrueAsync(
            async () =>
            {
                await running.SendAsync(path);
                return !(await ValidAsync(old, old))[^1];
            },
            "the old key has expired");

        (await ValidAsync(old, old))[0].ShouldBeTrue();
        (await ValidAsync(old, current)).ShouldAllBe(isValid => isValid);
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

    private async Task<int> CountAsync(string key, int atLeast) => await RequestsAsync(key, atLeast) is { Count: var count } ? count : 0;

    // What a key says about the requests that were sent to the receiver of another, in their order.
    private async Task<List<bool>> ValidAsync(string key, string with) =>
        [.. (await receiver.RequestsAsync(key, with)).Select(request => request!["isValid"]!.GetValue<bool>())];

    private async Task<int> SendUntilAsync(string path, CancellationToken stop)
    {
        var sent = 0;
        for (; !stop.IsCancellationRequested; sent++)
        {
            var response = await running.SendAsync(path);
            response.Status.ShouldBe(200, response.ToString());
        }

        return sent;
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
