using System.Collections.Frozen;
using System.Text.Json;
using EventGateway.Abstractions.Connections;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>headers</c>: what each request carries besides the event.</summary>
internal static class HeaderSettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "headers";

    private const string Accepted = "an object of strings, such as {\"X-Team\": \"blue\"}";

    // They frame the request, describe its body, belong to the connection or tell of the event.
    private static readonly FrozenSet<string> Refused = new[]
    {
        "host", "transfer-encoding", "via", "connection", "keep-alive", "proxy-connection", "upgrade", "http2-settings", "te", "trailer", "expect",
        "allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-md5", "content-range",
        "content-type", "expires", "last-modified",
        "traceparent", "tracestate", "webhook-id", "webhook-timestamp", "webhook-signature",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks the field and keeps it.</summary>
    public static void Validate(SettingsObject settings)
    {
        if (settings.Object(Name, Accepted) is not { } headers)
        {
            return;
        }

        foreach (var property in headers.Properties())
        {
            if (!IsName(property.Name))
            {
                settings.Refuse(HttpToken.IsValid(property.Name)
                    ? $"{headers.Path}.{property.Name} cannot be set: it belongs to the event or the connection"
                    : $"{headers.Path} has a name that is no header's: letters, digits and !#$%&'*+-.^_`|~");
            }
            else if (property.Value.ValueKind is not JsonValueKind.String || !IsValue(property.Value.GetString()!))
            {
                headers.Refuse(property.Name, "a string of printable ASCII characters, without spaces around it");
            }
            else if (headers.Json.Any(header => header.Key.Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
            {
                settings.Refuse($"{headers.Path}.{property.Name} is there twice");
            }
            else
            {
                headers.Json[property.Name] = property.Value.GetString();
            }
        }

        settings.Keep(headers, Name);
    }

    /// <summary>Reads the headers of stored settings.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Read(JsonElement settings) =>
        settings.TryGetProperty(Name, out var headers)
            ? headers.EnumerateObject().Where(static header => !header.NameEquals(Via.Name)).Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!))
            : [];

    /// <summary>Whether a text is the name of a header that a function's settings may set.</summary>
    public static bool IsName(string text) =>
        HttpToken.IsValid(text) && !Refused.Contains(text) && !text.StartsWith("ce-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a text can be a header's value.</summary>
    public static bool IsValue(string text) => AttributeRules.IsHeaderText(text) && text.AsSpan().Trim(' ').Length == text.Length;
}
