using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>signing</c>: the keys that requests are signed with, as Standard Webhooks describe it.</summary>
internal static class SigningSettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "signing";

    private const int MostKeys = 10;
    private const string Accepted = "an object with the field keys: a list of one to ten keys, whsec_… (HMAC-SHA256) or whsk_… (ed25519)";

    /// <summary>Checks the field and keeps it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="ed25519">Signs with ed25519. Not set: such keys are refused.</param>
    public static void Validate(SettingsObject settings, IEd25519? ed25519)
    {
        if (settings.Object(Name, Accepted) is not { } signing)
        {
            return;
        }

        var keys = signing["keys"];
        if (keys.ValueKind is not JsonValueKind.Array || keys.GetArrayLength() is 0 or > MostKeys)
        {
            signing.Refuse("keys", "a list of one to ten keys, whsec_… (HMAC-SHA256) or whsk_… (ed25519)");
            return;
        }

        var kept = new JsonArray();
        foreach (var (at, key) in keys.EnumerateArray().Index())
        {
            if (key.ValueKind is not JsonValueKind.String)
            {
                signing.Refuse($"keys[{at}]", "a string");
                continue;
            }

            var text = key.GetString()!;
            if (text != Secret.Mask && WebhookKey.Refusal(text, ed25519) is { } accepted)
            {
                signing.Refuse($"keys[{at}]", accepted);
            }

            kept.Add(text);
        }

        signing.Json["keys"] = kept;
        settings.Keep(signing, Name);
    }

    /// <summary>Makes what signs of stored settings; null where they have no keys.</summary>
    public static WebhookSigner? Read(JsonElement settings, IEd25519? ed25519, TimeProvider timeProvider) =>
        settings.TryGetProperty(Name, out var signing)
            ? new WebhookSigner([.. signing.GetProperty("keys"u8).EnumerateArray().Select(key => WebhookKey.Parse(key.GetString()!, ed25519))], timeProvider)
            : null;
}
