using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>signing</c>: requests are signed as Standard Webhooks describe it.</summary>
/// <param name="Keys">One to ten keys, <c>whsec_…</c> (HMAC-SHA256) or <c>whsk_…</c> (ed25519): <c>keys</c>.</param>
internal sealed record SigningSettings(IReadOnlyList<Secret> Keys) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "signing";

    private const int MaxKeys = 10;
    private const string AcceptedKeys = "a list of one to ten keys, whsec_… (HMAC-SHA256) or whsk_… (ed25519)";

    /// <summary>Reads the field. Null when it is missing or not an object.</summary>
    public static SigningSettings? Read(JsonFields settings) =>
        settings.Nested(Name, static signing => new SigningSettings(ReadKeys(signing)), $"an object with the field keys: {AcceptedKeys}");

    /// <inheritdoc/>
    public void Write(SettingsWriter writer) => writer.Write("keys", Keys);

    private static List<Secret> ReadKeys(JsonFields signing)
    {
        var keys = new List<Secret>();
        var list = signing.Value("keys");
        if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxKeys)
        {
            signing.Errors.AddRefused(signing.PathOf("keys"), list, AcceptedKeys);
            return keys;
        }

        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            if (item.ValueKind is not JsonValueKind.String)
            {
                signing.Errors.AddRefused(signing.PathOf($"keys[{at}]"), item, "a string");
                continue;
            }

            var key = new Secret(item.GetString()!);
            if (signing.AreChecked && !key.IsMask && WebhookKey.Refusal(key) is { } accepted)
            {
                signing.Errors.AddRefused(signing.PathOf($"keys[{at}]"), item, accepted);
            }

            keys.Add(key);
        }

        return keys;
    }
}
