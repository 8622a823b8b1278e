using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>
/// Limits how long the attributes of new events may be: they are stored, indexed and sent as headers. Events that are stored
/// already are read whatever their attributes.
/// </summary>
public static class AttributeLengths
{
    /// <summary>The longest value of an attribute, and the longest name of an extension: 4 KiB in UTF-8.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Finds the attributes that are too long.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <returns>One entry per attribute, each with its name; null when there are none.</returns>
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
            if (IsTooLong(name) || (json.Length > MaxBytes && IsTooLong(json.Span)))
            {
                Add(MemberValues.Shorten(name), ref errors);
            }
        }

        return errors;
    }

    /// <summary>Whether a text is longer than an attribute may be.</summary>
    public static bool IsTooLong(string? text) =>
        text is not null && text.Length > MaxBytes / 3 && (text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes);

    // Escapes and quotes do not count.
    private static bool IsTooLong(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return !reader.Read()
            || reader.TokenType != JsonTokenType.String
            || (reader.ValueIsEscaped ? IsTooLong(reader.GetString()) : reader.ValueSpan.Length > MaxBytes);
    }

    private static void Check(string? text, string name, ref List<string>? errors)
    {
        if (IsTooLong(text))
        {
            Add(name, ref errors);
        }
    }

    private static void Add(string name, ref List<string>? errors) => (errors ??= []).Add($"{name}: must not be longer than {MaxBytes} bytes");
}
