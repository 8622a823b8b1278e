using System.Collections.Frozen;
using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>headers</c>: headers that each request carries besides the event's.</summary>
/// <param name="All">The names, each once, and the values.</param>
internal sealed record HeaderSettings(IReadOnlyList<KeyValuePair<string, Secret>> All) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "headers";

    private const string AcceptedValue = "a string of printable ASCII characters, without spaces around it";
    private const string Accepted = "an object of strings, such as {\"X-Team\": \"blue\"}";

    // These headers frame the request, describe its body or the event, or belong to the connection.
    private static readonly FrozenSet<string> Refused = new[]
    {
        "host", "transfer-encoding", "via", "connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "te", "trailer", "expect",
        "allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-md5", "content-range",
        "content-type", "expires", "last-modified",
        "traceparent", "tracestate", "webhook-id", "webhook-timestamp", "webhook-signature",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the field. Null when it is missing or not an object.</summary>
    public static HeaderSettings? Read(JsonFields settings) => settings.Nested(Name, ReadAll, Accepted);

    /// <summary>Refuses an <c>Authorization</c> header beside other credentials that go into it.</summary>
    /// <param name="credentials">The other credentials, for the error.</param>
    public static void RefuseAuthorization(JsonFields settings, string credentials)
    {
        if (settings.Value(Name) is { ValueKind: JsonValueKind.Object } headers
            && headers.EnumerateObject().Any(static header => header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            settings.Refuse($"{Name}.Authorization", $"and {credentials} cannot both be given");
        }
    }

    /// <summary>Returns whether a text is the name of a header that a function's settings may set.</summary>
    public static bool IsName(string text) =>
        HttpToken.IsValid(text) && !Refused.Contains(text) && !text.StartsWith("ce-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether a text can be a header's value.</summary>
    public static bool IsValue(string text) => AttributeRules.IsHeaderText(text) && text.AsSpan().Trim(' ').Length == text.Length;

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        foreach (var (name, value) in All)
        {
            writer.Write(name, value);
        }
    }

    private static HeaderSettings ReadAll(JsonFields fields)
    {
        fields.DescribeOthers(static () => SettingSchema.Secret(AcceptedValue));
        var headers = new List<KeyValuePair<string, Secret>>();
        foreach (var property in fields.Properties())
        {
            if (!fields.AreChecked || IsAccepted(fields, property, headers))
            {
                headers.Add(new(property.Name, new Secret(property.Value.GetString()!)));
            }
        }

        return new HeaderSettings(headers);
    }

    private static bool IsAccepted(JsonFields fields, JsonProperty header, List<KeyValuePair<string, Secret>> others)
    {
        var errors = fields.Errors;
        if (!IsName(header.Name))
        {
            if (HttpToken.IsValid(header.Name))
            {
                fields.Refuse(header.Name, "cannot be set: it belongs to the event or the connection");
            }
            else
            {
                errors.Add(fields.Path, "has an invalid header name; accepted: letters, digits and !#$%&'*+-.^_`|~");
            }
        }
        else if (header.Value.ValueKind is not JsonValueKind.String || !IsValue(header.Value.GetString()!))
        {
            errors.AddRefused(fields.PathOf(header.Name), header.Value, AcceptedValue);
        }
        else if (others.Any(other => other.Key.Equals(header.Name, StringComparison.OrdinalIgnoreCase)))
        {
            fields.Refuse(header.Name, "is there twice");
        }
        else
        {
            return true;
        }

        return false;
    }
}
