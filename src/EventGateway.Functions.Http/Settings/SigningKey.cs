using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>One of the <c>keys</c> of <see cref="SigningSettings"/>: a string, or an object when it has a name.</summary>
/// <param name="Name">The name: <c>name</c>. Null means none.</param>
/// <param name="Key">The key, <c>whsec_…</c> (HMAC-SHA256) or <c>whsk_…</c> (ed25519), or its mask: <c>key</c>.</param>
/// <param name="ExpiresAt">From when on it signs no more: <c>expiresAt</c>. Null means that it does not expire. A key without a name does not.</param>
internal sealed record SigningKey(string? Name, Secret Key, DateTimeOffset? ExpiresAt = null) : IListedSecret
{
    private const string Accepted = "a string, or an object with name, key and expiresAt";
    private const string AcceptedName = $"a name of {ResourceName.Accepted}";
    private const string AcceptedKey = "a key";
    private const string EndName = "expiresAt";
    private const string AcceptedTime = "an RFC 3339 date and time, such as 2026-12-01T00:00:00Z";

    /// <summary>Whether <c>expiresAt</c> was sent as null: a key that is kept by its name does not expire any more.</summary>
    public bool RemovesEnd { get; init; }

    /// <summary>The time from when on it signs no more, as JSON has it. Null means that it does not expire.</summary>
    public string? End => ExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Returns whether it has a name, and another key has it too, in any case.</summary>
    public bool HasNameOf(SigningKey other) => Name is not null && Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether it signs no more.</summary>
    public bool HasExpired(DateTimeOffset now) => WebhookSigner.HasExpired(ExpiresAt, now);

    /// <summary>Returns the JSON Schema of an item of the list.</summary>
    public static JsonObject Describe()
    {
        var named = JsonFields.Describe(Read);
        named["title"] = nameof(SigningKey);
        return SettingSchema.Either(SettingSchema.Secret(AcceptedKey), named, Accepted);
    }

    /// <summary>Reads an item of the list. Null when it is neither a string nor an object.</summary>
    /// <param name="list">The name of the list.</param>
    /// <param name="at">The place in the list.</param>
    public static SigningKey? Read(JsonFields signing, string list, int at, JsonElement item)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.String:
                var key = new Secret(item.GetString()!);
                if (signing.AreChecked && Refusal(key) is { } accepted)
                {
                    signing.Errors.AddRefused(signing.PathOf($"{list}[{at}]"), item, accepted);
                }

                return new SigningKey(null, key);
            case JsonValueKind.Object:
                return Read(signing.Item(list, at, item));
            default:
                signing.Errors.AddRefused(signing.PathOf($"{list}[{at}]"), item, Accepted);
                return null;
        }
    }

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        writer.Write("name", Name);
        writer.Write("key", Key);
        // A key that is sent itself has no end to remove.
        if (RemovesEnd && Key.IsMask)
        {
            writer.WriteNull(EndName);
        }
        else
        {
            writer.Write(EndName, End);
        }
    }

    private static SigningKey Read(JsonFields fields)
    {
        var name = fields.Required("name", AcceptedName, ResourceName.IsValid);
        // An object without a key stands for the stored key of its name, as one with a mask does.
        var key = fields.OptionalSecret("key", AcceptedKey) ?? new Secret(Secret.Mask);
        if (fields.AreChecked && Refusal(key) is { } accepted)
        {
            fields.Refuse("key", $"must be {accepted}");
        }

        var expiresAt = fields.Optional(EndName, AcceptedTime, static text => Timestamp.Read(text) is not null);
        fields.Describe(EndName, DescribeEnd);
        return new SigningKey(name ?? "", key, expiresAt is null ? null : Timestamp.Read(expiresAt)) { RemovesEnd = fields.IsNull(EndName) };
    }

    private static JsonObject DescribeEnd(JsonObject schema)
    {
        schema["type"] = new JsonArray("string", "null");
        schema["format"] = "date-time";
        schema["description"] = $"{schema["description"]} A key that is kept by its name keeps the time when it is left out; null removes it.";
        return schema;
    }

    private static string? Refusal(Secret key) => key.IsMask ? null : WebhookKey.Refusal(key);
}
