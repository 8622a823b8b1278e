using System.Text.Json;
using EventGateway.Abstractions.Settings;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Settings;

public sealed class SigningSettingsTests : IDisposable
{
    private const string Hmac = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_C2FVsBQIhrscChlQIMVab5sSYspob7oD";

    private readonly HttpFunctions _provider = new(TimeProvider.System);

    public void Dispose() => _provider.Dispose();

    [Theory]
    [InlineData("""{"key":"K"}""", "keys[1].name is required: a name of letters, digits, '.', '-' and '_'")]
    [InlineData("""{"name":"a b","key":"K"}""", "keys[1].name must be a name of letters, digits, '.', '-' and '_'")]
    [InlineData("""{"name":"A","key":"K"}""", "keys[1].name must be another one: the list has a key with this name already")]
    [InlineData("""{"name":"b","key":"x"}""", "keys[1].key must be a key that begins with whsec_ (HMAC-SHA256) or whsk_ (ed25519)")]
    [InlineData("""{"name":"b","key":"K","expiresAt":"tomorrow"}""", "keys[1].expiresAt must be an RFC 3339 date and time, such as 2026-12-01T00:00:00Z")]
    [InlineData("""{"name":"b","key":"K","expiresAt":5}""", "keys[1].expiresAt must be a string: an RFC 3339 date and time, such as 2026-12-01T00:00:00Z")]
    [InlineData("7", "keys[1] must be a string, or an object with name, key and expiresAt")]
    public void Names_the_field_of_a_key_and_what_it_accepts(string key, string error) =>
        ErrorsOf($$"""[{"name":"a","key":"K"},{{key}}]""").ShouldBe([$"provider.signing.{error}"]);

    [Fact]
    public void Refuses_an_unknown_field_of_a_key() =>
        ErrorsOf("""[{"name":"a","key":"K","expires":"2026-12-01T00:00:00Z"}]""")
            .ShouldBe(["Unknown field \"provider.signing.keys[0].expires\". Did you mean \"provider.signing.keys[0].expiresAt\"?"]);

    [Fact]
    public void Refuses_keys_that_all_expire() =>
        ErrorsOf("""[{"name":"a","key":"K","expiresAt":"2026-12-01T00:00:00Z"}]""")
            .ShouldBe(["provider.signing.keys must have a key without expiresAt: requests would have no signature after all keys have expired"]);

    [Fact]
    public void Stores_keys_as_strings_and_objects_and_shows_their_names()
    {
        var stored = Validate("""["K",{"Name":"2026-11","key":"K","expiresAt":"2026-12-01T02:00:00.50+02:00"},{"name":"b","key":"K"}]""");

        KeysOf(stored).ShouldBe($$"""["{{Hmac}}",{"name":"2026-11","key":"{{Hmac}}","expiresAt":"2026-12-01T00:00:00.5Z"},{"name":"b","key":"{{Hmac}}"}]""");
        KeysOf(_provider.Mask(stored)).ShouldBe("""["*****",{"name":"2026-11","key":"*****","expiresAt":"2026-12-01T00:00:00.5Z"},{"name":"b","key":"*****"}]""");
        KeysOf(Unmask(_provider.Mask(stored), stored)).ShouldBe(KeysOf(stored));
    }

    [Fact]
    public void Replaces_one_key_and_keeps_the_others_by_their_names()
    {
        var stored = Validate($$"""[{"name":"a","key":"K"},{"name":"b","key":"{{Other}}"},{"name":"c","key":"K"}]""");

        var kept = Unmask(Settings($$"""[{"name":"new","key":"K"},{"name":"b"},{"name":"a","key":"{{Other}}"}]"""), stored);

        KeysOf(kept).ShouldBe($$"""[{"name":"new","key":"{{Hmac}}"},{"name":"b","key":"{{Other}}"},{"name":"a","key":"{{Other}}"}]""");
    }

    [Fact]
    public void Names_the_known_keys_when_a_name_is_unknown()
    {
        var stored = Validate("""["K",{"name":"a","key":"K"},{"name":"b","key":"K"}]""");

        RefusalsOf("""[{"name":"c"},{"name":"d","key":"*****"},"*****","*****"]""", stored).ShouldBe(
        [
            "provider.signing.keys[0].key is missing or *****, but no secret is stored with this name for this server; stored with names: a, b",
            "provider.signing.keys[1].key is missing or *****, but no secret is stored with this name for this server; stored with names: a, b",
            "provider.signing.keys[2] is *****, but no secret is stored in this field for this server; stored with names: a, b",
            "provider.signing.keys[3] is *****, but no secret is stored in this field for this server; stored with names: a, b",
        ]);
        RefusalsOf("""[{"name":"c"}]""", Validate("""["K"]""")).ShouldBe(
            ["provider.signing.keys[0].key is missing or *****, but no secret is stored with this name for this server"]);
        RefusalsOf("""[{"name":"a"}]""", default).ShouldHaveSingleItem().ShouldStartWith("provider.signing.keys[0].key");
    }

    [Fact]
    public void Names_no_known_keys_when_the_server_is_another()
    {
        var stored = Validate("""["K",{"name":"a","key":"K"}]""");

        RefusalsOf("""[{"name":"a"},{"name":"b"},"*****"]""", stored, "https://other.example.com/f").ShouldBe(
        [
            "provider.signing.keys[0].key is missing or *****, but no secret is stored with this name for this server",
            "provider.signing.keys[1].key is missing or *****, but no secret is stored with this name for this server",
            "provider.signing.keys[2] is *****, but no secret is stored in this field for this server",
        ]);
    }

    [Theory]
    [InlineData("""{"name":"B"}""", ",\"expiresAt\":\"2100-01-01T00:00:00Z\"")]
    [InlineData("""{"name":"b","key":"*****"}""", ",\"expiresAt\":\"2100-01-01T00:00:00Z\"")]
    [InlineData("""{"name":"b","expiresAt":null}""", "")]
    [InlineData("""{"name":"b","key":"*****","ExpiresAt":null}""", "")]
    [InlineData("""{"name":"b","expiresAt":"2101-01-01T00:00:00Z"}""", ",\"expiresAt\":\"2101-01-01T00:00:00Z\"")]
    [InlineData("""{"name":"b","key":"K"}""", "")]
    [InlineData("""{"name":"b","key":"K","expiresAt":null}""", "")]
    public void Keeps_the_time_of_a_key_that_is_kept_by_its_name(string key, string end)
    {
        var stored = Validate("""[{"name":"a","key":"K"},{"name":"b","key":"K","expiresAt":"2100-01-01T00:00:00Z"}]""");

        var kept = Unmask(Settings($$"""[{"name":"a"},{{key}}]"""), stored);

        KeysOf(kept).ShouldBe($$"""[{"name":"a","key":"{{Hmac}}"},{"name":"{{(key.Contains('B') ? "B" : "b")}}","key":"{{Hmac}}"{{end}}}]""");
    }

    [Theory]
    [InlineData("""{"name":"old"}""")]
    [InlineData("""{"name":"old","key":"*****","expiresAt":"2020-01-01T00:00:00Z"}""")]
    [InlineData("""{"name":"old","expiresAt":"2020-01-01T01:00:00+01:00"}""")]
    public void Keeps_a_key_that_has_expired_as_it_is(string key)
    {
        var stored = Validate("""[{"name":"new","key":"K"},{"name":"old","key":"K","expiresAt":"2020-01-01T00:00:00Z"}]""");

        KeysOf(Unmask(Settings($$"""[{"name":"new"},{{key}}]"""), stored)).ShouldBe(KeysOf(stored));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"2100-01-01T00:00:00Z\"")]
    public void Refuses_to_make_a_key_valid_again_that_has_expired(string end)
    {
        var stored = Validate("""[{"name":"new","key":"K"},{"name":"old","key":"K","expiresAt":"2020-01-01T00:00:00Z"}]""");

        RefusalsOf($$"""[{"name":"new"},{"name":"old","expiresAt":{{end}}}]""", stored).ShouldBe(
        [
            "provider.signing.keys[1].expiresAt must be left out: the key expired at 2020-01-01T00:00:00Z, and only a key that is sent itself can be valid again",
        ]);
        KeysOf(Unmask(Settings($$"""[{"name":"new"},{"name":"old","key":"K","expiresAt":{{end}}}]"""), stored)).ShouldContain("\"old\"");
    }

    [Fact]
    public void Refuses_kept_keys_that_all_expire()
    {
        var stored = Validate("""[{"name":"new","key":"K"},{"name":"old","key":"K","expiresAt":"2020-01-01T00:00:00Z"}]""");

        RefusalsOf("""[{"name":"old"}]""", stored).ShouldBe(
            ["provider.signing.keys must have a key without expiresAt: requests would have no signature after all keys have expired"]);
    }

    [Theory]
    [InlineData("""{"url":"https://a","signing":{"keys":["K"]}}""", """{"url":"https://a"}""", true)]
    [InlineData("""{"url":"https://a","signing":{"keys":["K"]}}""", """{"url":"https://a","signing":{"keys":["K","K"]}}""", true)]
    [InlineData("""{"url":"https://a","signing":{"keys":["K"]}}""", """{"url":"https://b","signing":{"keys":["K"]}}""", false)]
    [InlineData("""{"url":"https://a","headers":{"X":"1"}}""", """{"url":"https://a","headers":{"X":"2"},"signing":{"keys":["K"]}}""", false)]
    public void Tells_settings_with_other_keys_from_other_settings(string before, string now, bool differOnlyInKeys) =>
        _provider.DifferOnlyInKeys(JsonElement.Parse(before.Replace("K", Hmac)), JsonElement.Parse(now.Replace("K", Hmac))).ShouldBe(differOnlyInKeys);

    private static JsonElement Settings(string keys, string url = "https://example.com/f") =>
        JsonElement.Parse($$$"""{"url":"{{{url}}}","signing":{"keys":{{{keys.Replace("\"K\"", $"\"{Hmac}\"")}}}}}""");

    private static string KeysOf(JsonElement settings) => settings.GetProperty("signing").GetProperty("keys").GetRawText();

    private JsonElement Validate(string keys)
    {
        var errors = new List<string>();
        var stored = _provider.Validate(Settings(keys), new SettingErrors(errors));
        errors.ShouldBeEmpty();
        return stored;
    }

    private List<string> ErrorsOf(string keys)
    {
        var errors = new List<string>();
        _provider.Validate(Settings(keys), new SettingErrors(errors));
        return errors;
    }

    private JsonElement Unmask(JsonElement settings, JsonElement stored)
    {
        var errors = new List<string>();
        var kept = _provider.Unmask(_provider.Validate(settings, new SettingErrors(errors)), stored, errors);
        errors.ShouldBeEmpty();
        return kept;
    }

    private List<string> RefusalsOf(string keys, JsonElement stored, string url = "https://example.com/f")
    {
        var errors = new List<string>();
        var settings = _provider.Validate(Settings(keys, url), new SettingErrors(errors));
        errors.ShouldBeEmpty();
        _provider.Unmask(settings, stored, errors);
        return errors;
    }
}
