using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>Reads the JSON format of CloudEvents 1.0 (sections 2 and 3).</summary>
internal static class StructuredV1
{
    /// <summary>Reads an event. Returns null after adding errors.</summary>
    /// <param name="isStored">Whether the event was stored, see <see cref="StoredData"/>.</param>
    public static CloudEvent? Read(in JsonMembers members, ref ReadErrors errors, bool isStored = false)
    {
        var state = default(Attributes);
        List<CloudEventExtension>? extensions = null;
        var names = default(NameSet);
        var own = default(ReadErrors);
        for (var i = 0; i < members.Count && !own.IsFull; i++)
        {
            var attribute = Identify(members.NameUtf8(i));
            if (attribute == Attribute.Extension)
            {
                ReadExtension(members, i, extensions ??= [], ref names, ref own);
            }
            else if ((state.Seen & (1 << (int)attribute)) != 0)
            {
                own.Add($"{members.Name(i)}: occurs twice");
            }
            else
            {
                state.Seen |= 1 << (int)attribute;
                state.Present |= members[i].Type == JsonTokenType.Null ? 0 : 1 << (int)attribute;
                ReadAttribute(members, i, attribute, isStored, ref state, ref own);
            }
        }

        CheckRequired(state, ref own);
        foreach (var error in own.Items)
        {
            errors.Add(error);
        }

        return own.Any ? null : new CloudEvent
        {
            SpecVersion = SpecVersion.V1,
            Id = state.Id!,
            Type = state.Type!,
            Source = state.Source!,
            Time = state.Time,
            Subject = state.Subject,
            DataSchema = state.DataSchema,
            DataContentType = state.DataContentType,
            Data = state.Data,
            Extensions = extensions ?? (IReadOnlyList<CloudEventExtension>)[],
        };
    }

    private static void ReadAttribute(in JsonMembers members, int i, Attribute attribute, bool isStored, ref Attributes state, ref ReadErrors errors)
    {
        switch (attribute)
        {
            case Attribute.SpecVersion:
                ReadSpecVersion(members, i, ref errors);
                break;
            case Attribute.Id:
                state.Id = MemberValues.NonEmptyText(members, i, "id", ref errors);
                break;
            case Attribute.Type:
                state.Type = MemberValues.NonEmptyText(members, i, "type", ref errors);
                break;
            case Attribute.Source:
                state.Source = MemberValues.NonEmptyText(members, i, "source", ref errors);
                if (state.Source is not null && !AttributeRules.IsUriReference(state.Source))
                {
                    errors.Add("source: must be a URI reference, without spaces");
                }

                break;
            case Attribute.Time:
                state.Time = MemberValues.Time(MemberValues.Text(members, i, "time", ref errors), "time", ref errors);
                break;
            case Attribute.Subject:
                state.Subject = MemberValues.NonEmptyText(members, i, "subject", ref errors);
                break;
            case Attribute.DataSchema:
                state.DataSchema = MemberValues.Text(members, i, "dataschema", ref errors);
                if (state.DataSchema is not null && !AttributeRules.IsAbsoluteUri(state.DataSchema))
                {
                    errors.Add("dataschema: must be an absolute URI");
                }

                break;
            case Attribute.DataContentType:
                var contentType = MemberValues.NonEmptyText(members, i, "datacontenttype", ref errors);
                state.DataContentType = isStored ? contentType : MemberValues.MediaTypeText(contentType, "datacontenttype", ref errors);
                break;
            case Attribute.Data:
                SetData(isStored ? StoredData.Read(members, i) : CloudEventData.Json(members.RawValue(i)), members[i].Type, ref state, ref errors);
                break;
            case Attribute.DataBase64:
                ReadBase64(members, i, ref state, ref errors);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(attribute), attribute, "Extensions are read elsewhere.");
        }
    }

    private static void ReadSpecVersion(in JsonMembers members, int i, ref ReadErrors errors)
    {
        var version = MemberValues.Text(members, i, "specversion", ref errors);
        if (version is not null and not "1.0")
        {
            errors.Add("specversion: must be \"1.0\" (for 0.1 the attribute is cloudEventsVersion)");
        }
    }

    private static void ReadBase64(in JsonMembers members, int i, ref Attributes state, ref ReadErrors errors)
    {
        if (members[i].Type == JsonTokenType.Null)
        {
            return;
        }

        if (members[i].Type != JsonTokenType.String)
        {
            errors.Add($"data_base64: must be a string, not {MemberValues.Describe(members[i].Type)}");
            return;
        }

        var raw = members.RawValue(i).Span[1..^1];
        var text = members[i].IsValueEscaped ? Encoding.UTF8.GetBytes(members.StringValue(i) ?? "?") : raw;
        if (!Base64.IsValid(text, out var length))
        {
            errors.Add("data_base64: must be base64 (RFC 4648)");
            return;
        }

        var bytes = new byte[length];
        Base64.DecodeFromUtf8(text, bytes, out _, out _);
        SetData(CloudEventData.Binary(bytes), JsonTokenType.String, ref state, ref errors);
    }

    // With data_base64, a null in data means no data. Alone it is the JSON value null.
    private static void SetData(CloudEventData data, JsonTokenType type, ref Attributes state, ref ReadErrors errors)
    {
        if (state.Data.Kind == CloudEventDataKind.None || state.IsDataNull)
        {
            state.Data = data;
            state.IsDataNull = type == JsonTokenType.Null;
        }
        else if (type != JsonTokenType.Null)
        {
            errors.Add("data: must not stand beside data_base64");
        }
    }

    private static void ReadExtension(in JsonMembers members, int i, List<CloudEventExtension> extensions, ref NameSet names, ref ReadErrors errors)
    {
        var name = members.Name(i);
        if (!AttributeRules.IsExtensionName(name))
        {
            errors.Add($"{MemberValues.Shorten(name)}: not an attribute of CloudEvents 1.0; the name of an extension has only a-z and 0-9");
            return;
        }

        var type = members[i].Type;
        var raw = members.RawValue(i);
        var isAllowed = type is JsonTokenType.String or JsonTokenType.True or JsonTokenType.False
            || (type == JsonTokenType.Number && IsInteger(raw.Span));
        if (type == JsonTokenType.Null)
        {
            // Null means that the attribute is not set (JSON format 1.0, section 2.2).
            return;
        }

        if (!isAllowed)
        {
            errors.Add($"{MemberValues.Shorten(name)}: the value of an extension must be a string, a boolean or an integer of 32 bits, not {MemberValues.Describe(type)} like this");
        }

        if (names.Contains(extensions, name))
        {
            errors.Add($"{MemberValues.Shorten(name)}: occurs twice");
        }
        else
        {
            extensions.Add(new CloudEventExtension(name, raw));
        }
    }

    internal static bool IsInteger(ReadOnlySpan<byte> number) =>
        Utf8Parser.TryParse(number, out int _, out var consumed) && consumed == number.Length;

    private static void CheckRequired(in Attributes state, ref ReadErrors errors)
    {
        if (!IsPresent(state, Attribute.SpecVersion))
        {
            errors.Add("specversion: missing, \"1.0\" is required (or cloudEventsVersion \"0.1\")");
        }

        MemberValues.Require("id", IsPresent(state, Attribute.Id), ref errors);
        MemberValues.Require("source", IsPresent(state, Attribute.Source), ref errors);
        MemberValues.Require("type", IsPresent(state, Attribute.Type), ref errors);
    }

    private static bool IsPresent(in Attributes state, Attribute attribute) => (state.Present & (1 << (int)attribute)) != 0;

    private static Attribute Identify(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Attribute.Id,
        4 when name.SequenceEqual("type"u8) => Attribute.Type,
        4 when name.SequenceEqual("time"u8) => Attribute.Time,
        4 when name.SequenceEqual("data"u8) => Attribute.Data,
        6 when name.SequenceEqual("source"u8) => Attribute.Source,
        7 when name.SequenceEqual("subject"u8) => Attribute.Subject,
        10 when name.SequenceEqual("dataschema"u8) => Attribute.DataSchema,
        11 when name.SequenceEqual("specversion"u8) => Attribute.SpecVersion,
        11 when name.SequenceEqual("data_base64"u8) => Attribute.DataBase64,
        15 when name.SequenceEqual("datacontenttype"u8) => Attribute.DataContentType,
        _ => Attribute.Extension,
    };

    private enum Attribute
    {
        Extension,
        SpecVersion,
        Id,
        Type,
        Source,
        Time,
        Subject,
        DataSchema,
        DataContentType,
        Data,
        DataBase64,
    }

    private struct Attributes
    {
        public int Seen;
        public int Present;
        public bool IsDataNull;
        public string? Id;
        public string? Type;
        public string? Source;
        public string? Time;
        public string? Subject;
        public string? DataSchema;
        public string? DataContentType;
        public CloudEventData Data;
    }
}
