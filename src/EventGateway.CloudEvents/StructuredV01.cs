using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>Reads the JSON format of CloudEvents 0.1 as version 0.9 of the Event Gateway does: names in any case, unknown attributes ignored, any text as the version.</summary>
internal static class StructuredV01
{
    /// <summary>Reads an event. Returns null after adding errors.</summary>
    /// <param name="isStored">Whether the event was stored, see <see cref="StoredData"/>.</param>
    public static CloudEvent? Read(in JsonMembers members, ref ReadErrors errors, bool isStored = false)
    {
        var texts = default(Texts);
        var seen = 0;
        var data = CloudEventData.None;
        IReadOnlyList<CloudEventExtension> extensions = [];
        for (var i = 0; i < members.Count && !errors.IsFull; i++)
        {
            var attribute = Identify(members.NameUtf8(i));
            if (attribute == Attribute.Unknown)
            {
                continue;
            }

            if ((seen & (1 << (int)attribute)) != 0)
            {
                errors.Add($"{Names[(int)attribute]}: occurs twice");
                continue;
            }

            seen |= 1 << (int)attribute;
            if (attribute == Attribute.Data)
            {
                data = isStored ? StoredData.Read(members, i) : CloudEventData.Json(members.RawValue(i));
            }
            else if (attribute == Attribute.Extensions)
            {
                extensions = ReadExtensions(members, i, ref errors);
            }
            else
            {
                var text = MemberValues.Text(members, i, Names[(int)attribute], ref errors);
                texts[(int)attribute] = text;
                if (text is null && members[i].Type != JsonTokenType.Null)
                {
                    // Reported as a wrong type, so it must not be reported as missing too.
                    texts[(int)attribute] = Reported;
                }
            }
        }

        Check(ref texts, ref errors);
        return errors.Any ? null : new CloudEvent
        {
            SpecVersion = SpecVersion.V01,
            DeclaredVersion = texts[(int)Attribute.CloudEventsVersion] is "0.1" ? null : texts[(int)Attribute.CloudEventsVersion],
            Id = texts[(int)Attribute.EventId]!,
            Type = texts[(int)Attribute.EventType]!,
            Source = texts[(int)Attribute.Source]!,
            Time = texts[(int)Attribute.EventTime],
            DataSchema = NullIfEmpty(texts[(int)Attribute.SchemaUrl]),
            DataContentType = NullIfEmpty(texts[(int)Attribute.ContentType]),
            TypeVersion = NullIfEmpty(texts[(int)Attribute.EventTypeVersion]),
            Data = data,
            Extensions = extensions,
        };
    }

    /// <summary>Checks the source.</summary>
    private static void CheckSource(string? source, ref ReadErrors errors)
    {
        if (!string.IsNullOrEmpty(source) && !AttributeRules.IsUriOrPath(source))
        {
            errors.Add("source: must be a URI with a scheme, or a path that starts with /");
        }
    }

    // Stands for an attribute whose error is reported already.
    private const string Reported = "1970-01-01T00:00:00Z:";

    private static void Check(ref Texts texts, ref ReadErrors errors)
    {
        MemberValues.Require("eventType", !string.IsNullOrEmpty(texts[(int)Attribute.EventType]), ref errors);
        MemberValues.Require("eventID", !string.IsNullOrEmpty(texts[(int)Attribute.EventId]), ref errors);
        MemberValues.Require("source", !string.IsNullOrEmpty(texts[(int)Attribute.Source]), ref errors);
        MemberValues.Require("cloudEventsVersion", !string.IsNullOrEmpty(texts[(int)Attribute.CloudEventsVersion]), ref errors);
        if (!ReferenceEquals(texts[(int)Attribute.Source], Reported))
        {
            CheckSource(texts[(int)Attribute.Source], ref errors);
        }

        if (!ReferenceEquals(texts[(int)Attribute.EventTime], Reported))
        {
            MemberValues.Time(texts[(int)Attribute.EventTime], "eventTime", ref errors);
        }

        MemberValues.ContentType(texts[(int)Attribute.ContentType], "contentType", ref errors);
    }

    private static List<CloudEventExtension> ReadExtensions(in JsonMembers members, int index, ref ReadErrors errors)
    {
        var type = members[index].Type;
        if (type == JsonTokenType.Null)
        {
            return [];
        }

        if (type != JsonTokenType.StartObject)
        {
            errors.Add($"extensions: must be an object, not {MemberValues.Describe(type)}");
            return [];
        }

        JsonMembers.TryReadDocument(members.RawValue(index), out var inner);
        using (inner)
        {
            var extensions = new List<CloudEventExtension>(inner.Count);
            var names = default(NameSet);
            for (var i = 0; i < inner.Count; i++)
            {
                var name = inner.Name(i);
                if (names.Contains(extensions, name))
                {
                    errors.Add($"extensions.{MemberValues.Shorten(name)}: occurs twice");
                }
                else
                {
                    extensions.Add(new CloudEventExtension(name, inner.RawValue(i)));
                }
            }

            return extensions;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static Attribute Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Ascii.EqualsIgnoreCase(name, "data"u8) => Attribute.Data,
        6 when Ascii.EqualsIgnoreCase(name, "source"u8) => Attribute.Source,
        7 when Ascii.EqualsIgnoreCase(name, "eventID"u8) => Attribute.EventId,
        9 when Ascii.EqualsIgnoreCase(name, "eventType"u8) => Attribute.EventType,
        9 when Ascii.EqualsIgnoreCase(name, "eventTime"u8) => Attribute.EventTime,
        9 when Ascii.EqualsIgnoreCase(name, "schemaURL"u8) => Attribute.SchemaUrl,
        10 when Ascii.EqualsIgnoreCase(name, "extensions"u8) => Attribute.Extensions,
        11 when Ascii.EqualsIgnoreCase(name, "contentType"u8) => Attribute.ContentType,
        16 when Ascii.EqualsIgnoreCase(name, "eventTypeVersion"u8) => Attribute.EventTypeVersion,
        18 when Ascii.EqualsIgnoreCase(name, "cloudEventsVersion"u8) => Attribute.CloudEventsVersion,
        _ => Attribute.Unknown,
    };

    private static readonly string[] Names =
    [
        "eventType", "eventTypeVersion", "cloudEventsVersion", "source", "eventID", "eventTime", "schemaURL", "contentType", "extensions", "data",
    ];

    private enum Attribute
    {
        EventType,
        EventTypeVersion,
        CloudEventsVersion,
        Source,
        EventId,
        EventTime,
        SchemaUrl,
        ContentType,
        Extensions,
        Data,
        Unknown,
    }

    [System.Runtime.CompilerServices.InlineArray(8)]
    private struct Texts
    {
        private string? _first;
    }
}
