using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Signing;
using NSec.Cryptography;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Settings;

public sealed class SigningRotationTests : IDisposable
{
    private const string Hmac = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly DateTimeOffset Now = new(2026, 11, 28, 6, 20, 50, 1, TimeSpan.Zero);
    private static readonly DateTimeOffset Tomorrow = new(2026, 11, 29, 6, 20, 51, TimeSpan.Zero);

    private readonly HttpFunctions _provider = new(TimeProvider.System);

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Makes_the_first_key()
    {
        var rotation = Rotate("""{"url":"https://example.com/f","headers":{"X-A":"1"}}""");

        rotation.Name.ShouldBe("2026-11-28-062050");
        WebhookKey.Refusal(rotation.Key).ShouldBeNull();
        rotation.Key.Reveal().ShouldStartWith("whsec_");
        rotation.PublicKey.ShouldBeNull();
        rotation.OldKeys.ShouldBeEmpty();
        Parse(rotation).ToJsonString().ShouldBe(
            Node($$$"""{"url":"https://example.com/f","headers":{"X-A":"1"},"signing":{"keys":[{"name":"2026-11-28-062050","key":"{{{rotation.Key.Reveal()}}}"}]}}"""));
    }

    [Fact]
    public void Gives_the_keys_before_it_a_name_and_an_end()
    {
        var rotation = Rotate(Signed($$"""["{{Hmac}}",{"name":"key-2","key":"{{Hmac}}"},"{{Hmac}}",{"name":"soon","key":"{{Hmac}}","expiresAt":"2026-11-28T07:00:00Z"}]"""), name: "key-3");

        rotation.Name.ShouldBe("key-3");
        rotation.OldKeys.ShouldBe([new("key-1", Tomorrow), new("key-2", Tomorrow), new("key-4", Tomorrow), new("soon", new DateTimeOffset(2026, 11, 28, 7, 0, 0, TimeSpan.Zero))]);
        Keys(rotation).Select(key => $"{key!["name"]} {key["expiresAt"]}").ShouldBe(
            ["key-3 ", "key-1 2026-11-29T06:20:51Z", "key-2 2026-11-29T06:20:51Z", "key-4 2026-11-29T06:20:51Z", "soon 2026-11-28T07:00:00Z"]);
        Keys(rotation).Skip(1).ShouldAllBe(key => key!["key"]!.GetValue<string>() == Hmac);
    }

    [Fact]
    public void Drops_keys_that_have_expired_and_all_old_keys_without_an_overlap()
    {
        var settings = Signed($$"""[{"name":"past","key":"{{Hmac}}","expiresAt":"2026-11-28T06:20:50.001Z"},{"name":"a","key":"{{Hmac}}"}]""");

        Rotate(settings, name: "past").OldKeys.ShouldBe([new("a", Tomorrow)]);
        Rotate(settings, overlap: TimeSpan.Zero, name: "a").OldKeys.ShouldBeEmpty();
    }

    [Fact]
    public void Gives_each_key_a_name_of_its_own()
    {
        var first = Rotate(Signed("[]"));
        var second = Rotate(first.Settings.GetRawText());
        var third = Rotate(second.Settings.GetRawText());

        new[] { first.Name, second.Name, third.Name }.ShouldBe(["2026-11-28-062050", "2026-11-28-062050-2", "2026-11-28-062050-3"]);
        new[] { first.Key, second.Key, third.Key }.Distinct().Count().ShouldBe(3);
        ErrorsOf(third.Settings.GetRawText(), "2026-11-28-062050-2").ShouldBe(["name: \"2026-11-28-062050-2\"; a name is accepted that no other key has."]);
    }

    [Fact]
    public void Makes_a_key_whose_public_key_verifies()
    {
        var rotation = Rotate(Signed("[]"), algorithm: KeyAlgorithm.Ed25519);

        var content = "1.2.{}"u8.ToArray();
        var signature = new byte[64];
        WebhookKey.Parse(rotation.Key).Sign(content, signature);
        var publicKey = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(rotation.PublicKey!["whpk_".Length..]), KeyBlobFormat.RawPublicKey);
        SignatureAlgorithm.Ed25519.Verify(publicKey, content, signature).ShouldBeTrue();
        rotation.Settings.GetRawText().ShouldNotContain("whpk_");
    }

    [Fact]
    public void Refuses_more_keys_than_there_may_be()
    {
        var settings = Signed($"[{string.Join(',', Enumerable.Repeat($"\"{Hmac}\"", WebhookSigner.MaxKeys))}]");

        ErrorsOf(settings).ShouldBe(["10 keys are valid, as many as there may be. Wait until one has expired, remove one, or set overlap to 0."]);
        Rotate(settings, overlap: TimeSpan.Zero).OldKeys.ShouldBeEmpty();
    }

    [Fact]
    public void Lets_each_key_sign_until_its_overlap_ends()
    {
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 100]).List[1, 12].Sample(steps =>
        {
            var (settings, now) = (Signed("[]"), Now);
            // The model: each key with the time when it ends.
            var model = new List<(string Key, DateTimeOffset End)>();
            foreach (var (pause, overlap) in steps)
            {
                now += TimeSpan.FromSeconds(pause);
                var errors = new List<string>();
                var rotation = _provider.Rotate(
                    JsonElement.Parse(settings), new KeyRotationRequest(null, KeyAlgorithm.HmacSha256, TimeSpan.FromSeconds(overlap)), now, errors);
                model.RemoveAll(key => key.End <= now);
                if (rotation is null)
                {
                    (model.Count, overlap > 0).ShouldBe((WebhookSigner.MaxKeys, true));
                    continue;
                }

                var end = now.AddMilliseconds(999).AddTicks(-now.AddMilliseconds(999).UtcTicks % TimeSpan.TicksPerSecond).AddSeconds(overlap);
                model = overlap == 0 ? [] : [.. model.Select(key => (key.Key, key.End < end ? key.End : end))];
                model.Insert(0, (rotation.Key.Reveal(), DateTimeOffset.MaxValue));
                settings = rotation.Settings.GetRawText();
                Keys(rotation).Select(key => (key!["key"]!.GetValue<string>(), (DateTimeOffset?)key["expiresAt"] ?? DateTimeOffset.MaxValue)).ShouldBe(model);
                Keys(rotation).Select(key => (string?)key!["name"]).Distinct().Count().ShouldBe(model.Count);
            }
        });
    }

    private static string Signed(string keys) =>
        keys is "[]" ? """{"url":"https://example.com/f"}""" : $$$"""{"url":"https://example.com/f","signing":{"keys":{{{keys}}}}}""";

    private static JsonArray Keys(KeyRotation rotation) => Parse(rotation)["signing"]!["keys"]!.AsArray();

    private static JsonNode Parse(KeyRotation rotation) => JsonNode.Parse(rotation.Settings.GetRawText())!;

    private static string Node(string json) => JsonNode.Parse(json)!.ToJsonString();

    private KeyRotation Rotate(string settings, TimeSpan? overlap = null, string? name = null, KeyAlgorithm algorithm = KeyAlgorithm.HmacSha256)
    {
        var errors = new List<string>();
        var rotation = _provider.Rotate(JsonElement.Parse(settings), new KeyRotationRequest(name, algorithm, overlap ?? TimeSpan.FromDays(1)), Now, errors);
        errors.ShouldBeEmpty();
        return rotation!;
    }

    private List<string> ErrorsOf(string settings, string? name = null)
    {
        var errors = new List<string>();
        _provider.Rotate(JsonElement.Parse(settings), new KeyRotationRequest(name, KeyAlgorithm.HmacSha256, TimeSpan.FromDays(1)), Now, errors).ShouldBeNull();
        return errors;
    }
}
