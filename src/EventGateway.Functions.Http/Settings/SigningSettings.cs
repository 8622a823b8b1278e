using System.Text.Json;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>signing</c>: requests are signed as Standard Webhooks describe it.</summary>
/// <param name="Keys">One to ten keys, of which at least one does not expire: <c>keys</c>.</param>
internal sealed record SigningSettings(IReadOnlyList<SigningKey> Keys) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "signing";

    private const string List = "keys";
    private const string AcceptedKeys = "a list of one to ten keys, whsec_… (HMAC-SHA256) or whsk_… (ed25519)";

    /// <summary>Reads the field. Null when it is missing or not an object.</summary>
    public static SigningSettings? Read(JsonFields settings) =>
        settings.Nested(Name, static signing => new SigningSettings(ReadKeys(signing)), $"an object with the field keys: {AcceptedKeys}");

    /// <inheritdoc/>
    public void Write(SettingsWriter writer) => writer.Write(List, Keys);

    /// <summary>
    /// Returns the settings with the times of the keys that are kept by their names, which stay unless another one was sent, or null.
    /// </summary>
    /// <param name="stored">The settings that these replace.</param>
    /// <param name="now">The time.</param>
    /// <param name="errors">Receives an error for each key that has expired and would sign again.</param>
    public SigningSettings KeepEnds(SigningSettings stored, DateTimeOffset now, FieldErrors errors)
    {
        var keys = new List<SigningKey>(Keys.Count);
        foreach (var (at, key) in Keys.Index())
        {
            var before = key.Key.IsMask ? stored.Keys.FirstOrDefault(key.HasNameOf) : null;
            keys.Add(before is null || key.ExpiresAt is not null || key.RemovesEnd ? key : key with { ExpiresAt = before.ExpiresAt });
            if (before is not null && before.HasExpired(now) && !keys[^1].HasExpired(now))
            {
                errors.Add(
                    $"provider.{Name}.{List}[{at}].expiresAt",
                    $"must be left out: the key expired at {before.End}, and only a key that is sent itself can be valid again");
            }
        }

        return new SigningSettings(keys);
    }

    private static List<SigningKey> ReadKeys(JsonFields signing)
    {
        signing.Describe(
            List, static _ => SettingSchema.List(SigningKey.Describe(), 1, WebhookSigner.MaxKeys, AcceptedKeys), isRequired: true);
        var keys = new List<SigningKey>();
        var list = signing.Value(List);
        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() is 0 or > WebhookSigner.MaxKeys)
        {
            signing.Errors.AddRefused(signing.PathOf(List), list, AcceptedKeys);
            return keys;
        }

        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            if (SigningKey.Read(signing, List, at, item) is not { } key)
            {
                continue;
            }

            if (key.Name is { Length: > 0 } && keys.Exists(key.HasNameOf))
            {
                signing.Refuse($"{List}[{at}].name", "must be another one: the list has a key with this name already");
            }

            keys.Add(key);
        }

        if (keys.Count > 0 && keys.TrueForAll(static key => key.ExpiresAt is not null))
        {
            signing.Refuse(List, "must have a key without expiresAt: requests would have no signature after all keys have expired");
        }

        return keys;
    }
}
