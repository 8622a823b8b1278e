using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>
/// Limits the length of attributes, which are stored, indexed and sent as headers. The readers do not apply this limit; check new
/// events with <see cref="FindErrors"/>.
/// </summary>
public static class AttributeLengths
{
    /// <summary>The maximum length of an attribute's value and of an extension's name: 4 KiB in UTF-8.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Finds the attributes that are too long.</summary>
    /// <returns>One error for each attribute that is too long; null when there are none.</returns>
    public static IReadOnlyList<string>? FindErrors(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        List<string>? errors = null;
        var isV01 = cloudEvent.SpecVersion == SpecVersion.V01;
        Check(cloudEvent.Id, isV01 ? "eventID" : "id", ref errors);
        Check(cloudEvent.Type, isV01 ? "eventType" : "type", ref errors);
        Check(cloudEvent.Source, "source", ref errors);
        Check(cloudEvent.Subject, "subject", ref errors);
        Check(cloudEvent.Time, isV01 ? "eventTime" : "time", ref errors);
        Check(cloudEvent.DataSchema, isV01 ? "schemaURL" : "dataschema", ref errors);
        Check(cloudEvent.DataContentType, isV01 ? "contentType" : "datacontenttype", ref errors);
        Check(cloudEvent.TypeVersion, "eventTypeVersion", ref errors);
        Check(cloudEvent.DeclaredVersion, "cloudEventsVersion", ref errors);
        for (var i = 0; i < cloudEvent.Extensions.Count; i++)
        {
            var (name, json) = cloudEvent.Extensions[i];
            if (IsTooLong(name))
            {
                Add(MemberValues.Shorten(name), Encoding.UTF8.GetByteCount(name), ref errors);
            }
            else if (json.Length > MaxBytes && LengthOf(json.Span) is > MaxBytes and var length)
            {
                Add(MemberValues.Shorten(name), length, ref errors);
            }
        }

        return errors;
    }

    /// <summary>Returns whether a text is too long for an attribute.</summary>
    public static bool IsTooLong(string? text) =>
        text is not null && text.Length > MaxBytes / 3 && (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes);

    /// <summary>Returns the error for a text that is too long, or null.</summary>
    /// <param name="name">The name of the attribute or header.</param>
    public static string? FindError(string text, string name) => IsTooLong(text) ? ErrorFor(name, Encoding.UTF8.GetByteCount(text)) : null;

    // Escapes and quotes do not count.
    private static int LengthOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return !reader.Read() || reader.TokenType != JsonTokenType.String ? json.Length
            : reader.ValueIsEscaped ? Encoding.UTF8.GetByteCount(JsonStrings.GetString(ref reader))
            : reader.ValueSpan.Length;
    }

    private static void Check(string? text, string name, ref List<string>? errors)
    {
        if (IsTooLong(text))
        {
            Add(name, Encoding.UTF8.GetByteCount(text!), ref errors);
        }
    }

    private static void Add(string name, int length, ref List<string>? errors) => (errors ??= []).Add(ErrorFor(name, length));

    private static string ErrorFor(string name, int length) => $"{name}: has {length} bytes; at most {MaxBytes} are accepted";
}
