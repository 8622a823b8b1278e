using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class SigningKeysTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 6, 0, 0, TimeSpan.Zero));
    private RegistryFixture _fixture = null!;
    private SigningKeys _keys = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = await RegistryFixture.StartAsync();
        _keys = new SigningKeys(_fixture.Registry, RegistryFixture.Providers, _time);
        await RegistryFixture.CreateAsync(_fixture.Registry.Functions, """{"functionId":"shop","type":"http","provider":{"url":"http://localhost/"}}""");
        await RegistryFixture.CreateAsync(_fixture.Registry.Functions, """{"functionId":"echo","type":"builtin","provider":{"name":"echo"}}""");
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_in_force_when_it_is_answered()
    {
        var first = await RotateAsync();
        _time.Advance(TimeSpan.FromHours(1));
        var second = await RotateAsync("""{"overlap":"PT2H","name":"second"}""");

        first.Rotation!.OldKeys.ShouldBeEmpty();
        second.Rotation!.OldKeys.ShouldBe([new(first.Rotation.Name, new DateTimeOffset(2026, 11, 28, 9, 0, 0, TimeSpan.Zero))]);
        var stored = Get().Resource.Provider.GetRawText();
        stored.ShouldContain("\"second\"");
        Get().Revision.ShouldBe(second.Result.Entry!.Revision);
        RegistryFixture.Text(_fixture.Registry.Functions, Get()).ShouldBe(
            """{"space":"default","functionId":"shop","type":"http","provider":{"url":"http://localhost/","signing":{"keys":[{"name":"second","key":"*****"},{"name":"2026-11-28-060000","key":"*****","expiresAt":"2026-11-28T09:00:00Z"}]}}}""");
    }

    [Theory]
    [InlineData("""{"overlap":"PT24H"}""", 24)]
    [InlineData("{}", 24)]
    [InlineData("null", 24)]
    [InlineData("", 24)]
    [InlineData("""{"overlap":"P30D","algorithm":"ed25519"}""", 720)]
    [InlineData("""{"overlap":"PT0S"}""", null)]
    [InlineData("""{"overlap":"0"}""", null)]
    [InlineData("""{"overlap":0}""", null)]
    public async Task Old_keys_stay_valid_for_the_overlap(string body, int? hours)
    {
        await RotateAsync();

        var rotation = (await RotateAsync(body)).Rotation!;

        rotation.OldKeys.Select(key => (int)(key.Value - _time.GetUtcNow()).TotalHours).ShouldBe(hours is { } expected ? [expected] : []);
        rotation.PublicKey?.ShouldStartWith("whpk_");
        (rotation.PublicKey is not null).ShouldBe(body.Contains("ed25519", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "body: an array; a JSON object is accepted.")]
    [InlineData("""{"overlap":"24h"}""", "overlap: \"24h\"; an ISO 8601 duration such as PT24H is accepted, at most P30D; 0 means at once.")]
    [InlineData("""{"overlap":"P31D"}""", "overlap: \"P31D\"; an ISO 8601 duration such as PT24H is accepted, at most P30D; 0 means at once.")]
    [InlineData("""{"overlap":24}""", "overlap: a number; an ISO 8601 duration such as PT24H is accepted, at most P30D; 0 means at once.")]
    [InlineData("""{"name":"a b"}""", "name: \"a b\"; letters, digits, '.', '-' and '_' are accepted.")]
    [InlineData("""{"algorithm":"rsa"}""", "algorithm: \"rsa\"; hmac-sha256 and ed25519 are accepted.")]
    [InlineData("""{"overlaps":"PT1H"}""", "Unknown field \"overlaps\". Did you mean \"overlap\"?")]
    public async Task A_wrong_request_is_refused_and_changes_nothing(string body, string error)
    {
        var before = Get();

        var (result, rotation) = await RotateAsync(body);

        result.Error!.Messages.ShouldBe([error]);
        result.Error.Reason.ShouldBe(RegistryReason.Invalid);
        rotation.ShouldBeNull();
        Get().ShouldBeSameAs(before);
    }

    [Fact]
    public async Task A_function_that_is_missing_cannot_be_signed_or_was_changed_is_refused()
    {
        (await RotateAsync(id: "other")).Result.Error!.Reason.ShouldBe(RegistryReason.NotFound);
        (await RotateAsync(id: "echo")).Result.Error!.Messages.ShouldBe(["Requests to functions of the type builtin cannot be signed; those of http can."]);
        var match = new RevisionConditions { Match = RevisionSet.Of([Get().Revision]) };
        (await RotateAsync(conditions: match)).Result.Error.ShouldBeNull();
        (await RotateAsync(conditions: match)).Result.Error!.Reason.ShouldBe(RegistryReason.Conflict);
    }

    [Fact]
    public async Task A_key_that_has_expired_is_not_valid_again_when_its_name_is_written_back()
    {
        const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        await PatchAsync(
            $$$$"""{"provider":{"signing":{"keys":[{"name":"old","key":"{{{{Key}}}}","expiresAt":"2020-01-01T00:00:00Z"},{"name":"new","key":"{{{{Key}}}}"}]}}}""");

        await PatchAsync("""{"provider":{"signing":{"keys":[{"name":"new"},{"name":"old"}]}}}""");
        var refused = await TryPatchAsync("""{"provider":{"signing":{"keys":[{"name":"new"},{"name":"old","expiresAt":null}]}}}""");

        RegistryFixture.Text(_fixture.Registry.Functions, Get()).ShouldContain(
            """{"keys":[{"name":"new","key":"*****"},{"name":"old","key":"*****","expiresAt":"2020-01-01T00:00:00Z"}]}""");
        refused.Error!.Messages.ShouldHaveSingleItem().ShouldContain("provider.signing.keys[1].expiresAt must be left out: the key expired at 2020-01-01T00:00:00Z");
    }

    [Fact]
    public async Task Raw_subscriptions_keep_their_function_from_being_signed()
    {
        const string Signed = """{"type":"http","provider":{"url":"http://localhost/","signing":{"keys":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}}}""";
        var registry = _fixture.Registry;
        await RegistryFixture.CreateAsync(registry.Subscriptions, Subscription("/event", "event"));
        var raw = await RegistryFixture.CreateAsync(registry.Subscriptions, Subscription("/raw", "raw"));
        var before = Get();
        string[] refusal =
        [
            $"Function doesn't validate. Validation error: provider.signing: the subscription \"{raw.Id}\" has requestMode \"raw\", and raw requests cannot be signed.",
        ];

        var (rotated, rotation) = await RotateAsync();
        rotated.Error!.Messages.ShouldBe(refusal);
        rotation.ShouldBeNull();
        (await TryPatchAsync(Signed)).Error!.Messages.ShouldBe(refusal);
        (await UpdateAsync(Signed)).Error!.Messages.ShouldBe(refusal);
        Get().ShouldBeSameAs(before);

        await registry.Subscriptions.DeleteAsync(RegistryFixture.Space, raw.Id, RevisionConditions.None, CancellationToken.None);
        (await RotateAsync()).Result.Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_signed_function_that_has_raw_subscriptions_already_can_be_changed()
    {
        await RotateAsync();
        var id = SubscriptionId.Create(SubscriptionType.Sync, "http.request", "shop", "/raw", "POST");
        var raw = $$"""{"space":"default","subscriptionId":"{{id}}",{{Subscription("/raw", "raw")[1..]}}""";
        var stored = await _fixture.Store.CreateAsync(
            new ConfigKey(RegistryFixture.Space, ConfigKind.Subscription, id), RegistryFixture.Utf8(raw), CancellationToken.None);
        await RegistryFixture.CreateAsync(_fixture.Registry.EventTypes, """{"name":"later"}""");
        _fixture.Registry.Revision.ShouldBeGreaterThan(stored.Revision);
        _fixture.Registry.Subscriptions.Get(RegistryFixture.Space, id).Entry!.Resource.IsForwarded.ShouldBeTrue();

        (await RotateAsync()).Result.Error.ShouldBeNull();
        await PatchAsync("""{"metadata":{"team":"red"}}""");
    }

    [Fact]
    public async Task Rotations_at_once_all_succeed()
    {
        var rotations = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => RotateAsync())));

        rotations.ShouldAllBe(rotation => rotation.Result.Error == null);
        var stored = Get().Resource.Provider.GetProperty("signing").GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("key").GetString());
        stored.ShouldBe(rotations.Select(rotation => rotation.Rotation!.Key.Reveal()), ignoreOrder: true);
    }

    private static string Subscription(string path, string mode) =>
        $$"""{"type":"sync","eventType":"http.request","functionId":"shop","path":"{{path}}","method":"POST","requestMode":"{{mode}}"}""";

    private async Task PatchAsync(string patch) => (await TryPatchAsync(patch)).Error.ShouldBeNull();

    private async Task<RegistryResult<Function>> TryPatchAsync(string patch) =>
        await _fixture.Registry.Functions.PatchAsync(RegistryFixture.Space, "shop", RegistryFixture.Utf8(patch), RevisionConditions.None, CancellationToken.None);

    private async Task<RegistryResult<Function>> UpdateAsync(string body) =>
        await _fixture.Registry.Functions.UpdateAsync(RegistryFixture.Space, "shop", RegistryFixture.Utf8(body), RevisionConditions.None, CancellationToken.None);

    private ResourceEntry<Function> Get() => _fixture.Registry.Functions.Get(RegistryFixture.Space, "shop").Entry!;

    private async Task<(RegistryResult<Function> Result, KeyRotation? Rotation)> RotateAsync(string body = "", string id = "shop", RevisionConditions? conditions = null) =>
        await _keys.RotateAsync(RegistryFixture.Space, id, RegistryFixture.Utf8(body), conditions ?? RevisionConditions.None, CancellationToken.None);
}
