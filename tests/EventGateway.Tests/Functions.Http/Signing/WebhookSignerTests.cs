using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Http.Signing;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Signing;

public sealed class WebhookSignerTests
{
    // The example that Standard Webhooks and its libraries test with.
    private const string Hmac = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1614265330);
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    // Made with another implementation, from the same content.
    private const string Asymmetric = "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==";

    private static readonly byte[] Body = "{\"test\": 2432232314}"u8.ToArray();

    [Theory]
    [InlineData(Hmac, Signature)]
    [InlineData(Ed25519.Key, Asymmetric)]
    [InlineData(Ed25519.KeyPair, Asymmetric)]
    public void Signs_as_Standard_Webhooks_describe_it(string key, string signature) => Signer(key).Sign(Id, Time, Body).ShouldBe(signature);

    [Fact]
    public void Signs_with_each_key_during_a_rotation() =>
        Signer(Hmac, Ed25519.Key, Hmac).Sign(Id, Time, Body).ShouldBe($"{Signature} {Asymmetric} {Signature}");

    [Fact]
    public void Signs_with_a_key_until_it_expires()
    {
        var signer = Signer((Hmac, Time), (Ed25519.Key, null), (Hmac, Time.AddTicks(1)), (Hmac, Time.AddDays(-1)));

        signer.Sign(Id, Time, Body).ShouldBe($"{Asymmetric} {Signature}");
        signer.Sign(Id, Time.AddTicks(-1), Body).Split(' ').Length.ShouldBe(3);
        signer.Sign(Id, Time.AddTicks(1), Body).ShouldBe(Asymmetric);
    }

    [Fact]
    public void Signs_with_as_many_keys_as_there_may_be() =>
        Signer([.. Enumerable.Repeat(Ed25519.Key, WebhookSigner.MaxKeys)]).Sign(Id, Time, Body)
            .ShouldBe(string.Join(' ', Enumerable.Repeat(Asymmetric, WebhookSigner.MaxKeys)));

    [Fact]
    public void Allocates_only_the_text_of_the_signatures()
    {
        var signer = Signer((Hmac, Time), (Hmac, Time.AddDays(1)), (Hmac, null));
        var length = 0;
        for (var i = 0; i < 100; i++)
        {
            length = signer.Sign(Id, Time, Body).Length;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            signer.Sign(Id, Time, Body);
        }

        // A string has a header, its length and a character more.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThanOrEqualTo((length * 2) + 32);
    }

    [Fact]
    public void Puts_id_time_and_signature_into_headers()
    {
        using var request = new HttpRequestMessage();

        Signer(Hmac).Sign(request, Id, Body);

        request.Headers.GetValues("webhook-id").ShouldBe([Id]);
        request.Headers.GetValues("webhook-timestamp").ShouldBe(["1614265330"]);
        request.Headers.GetValues("webhook-signature").ShouldBe([Signature]);
    }

    [Fact]
    public void Signs_the_id_that_stands_in_the_header()
    {
        using var request = new HttpRequestMessage();
        var signer = Signer(Hmac);

        signer.Sign(request, "a b/ü\r\nx", []);

        request.Headers.GetValues("webhook-id").ShouldBe(["a%20b/%C3%BC%0D%0Ax"]);
        request.Headers.GetValues("webhook-signature").ShouldBe([signer.Sign("a%20b/%C3%BC%0D%0Ax", Time, [])]);
    }

    [Theory]
    [InlineData("whsec_", "whsec_ and the base64 of 24 to 64 bytes")]
    [InlineData("whsec_!", "whsec_ and the base64 of 24 to 64 bytes")]
    [InlineData("whsec_c2hvcnQ=", "whsec_ and the base64 of 24 to 64 bytes")]
    [InlineData("secret", "a key that begins with whsec_ (HMAC-SHA256) or whsk_ (ed25519)")]
    [InlineData("whsk_c2hvcnQ=", "whsk_ and the base64 of an ed25519 private key: 32 bytes, or 64 where its public key follows")]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2CdYbGd7/1aYLqESvSS7CzEREnFaXsyaRlwO6wDHK5/YA==", "whsk_ and the base64 of an ed25519 private key: 32 bytes, or 64 where its public key follows")]
    public void Returns_what_a_key_accepts(string key, string accepted) => WebhookKey.Refusal(new Secret(key)).ShouldBe(accepted);

    private static WebhookSigner Signer(params string[] keys) => new(
        [.. keys.Select(key => (WebhookKey.Parse(new Secret(key)), (DateTimeOffset?)null))], new FakeTimeProvider(Time));

    private static WebhookSigner Signer(params (string Key, DateTimeOffset? ExpiresAt)[] keys) => new(
        [.. keys.Select(key => (WebhookKey.Parse(new Secret(key.Key)), key.ExpiresAt))], new FakeTimeProvider(Time));
}
