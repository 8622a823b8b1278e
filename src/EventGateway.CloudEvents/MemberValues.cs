using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>Reads and checks the values of attributes in JSON.</summary>
internal static class MemberValues
{
    /// <summary>Reads a string. Returns null for JSON null, or after adding an error.</summary>
    public static string? Text(in JsonMembers members, int index, string name, ref ReadErrors errors)
    {
        var type = members[index].Type;
        if (type == JsonTokenType.Null)
        {
            return null;
        }

        if (type != JsonTokenType.String)
        {
            errors.Add($"{name}: must be a string, not {Describe(type)}");
            return null;
        }

        var text = members.StringValue(index);
        if (text is null)
        {
            errors.Add($"{name}: must be Unicode text, but holds half of a surrogate pair");
        }

        return text;
    }

    /// <summary>Reads a string that must not be empty. Returns null for JSON null, or after adding an error.</summary>
    public static string? NonEmptyText(in JsonMembers members, int index, string name, ref ReadErrors errors)
    {
        var text = Text(members, index, name, ref errors);
        if (text?.Length == 0)
        {
            errors.Add($"{name}: must not be empty");
            return null;
        }

        return text;
    }

    /// <summary>Adds an error when a required attribute is missing.</summary>
    public static void Require(string name, bool isPresent, ref ReadErrors errors)
    {
        if (!isPresent)
        {
            errors.Add($"{name}: missing, a string that is not empty is required");
        }
    }

    /// <summary>Checks a time.</summary>
    public static string? Time(string? text, string name, ref ReadErrors errors)
    {
        if (text is not null && !AttributeRules.IsTimestamp(text))
        {
            errors.Add($"{name}: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z");
            return null;
        }

        return text;
    }

    /// <summary>Checks the content type of a 1.0 event, which must be a media type (CloudEvents 1.0, "datacontenttype").</summary>
    public static string? MediaTypeText(string? text, string name, ref ReadErrors errors)
    {
        var checkedText = ContentType(text, name, ref errors);
        if (checkedText is not null && (MediaType.FindError(checkedText, out var type) ?? (type.IsEmpty ? MediaType.NotMediaType : null)) is { } error)
        {
            errors.Add($"{name}: {error}");
            return null;
        }

        return checkedText;
    }

    /// <summary>Checks a content type, which becomes a header in binary mode.</summary>
    public static string? ContentType(string? text, string name, ref ReadErrors errors)
    {
        if (text is not null && !AttributeRules.IsHeaderText(text))
        {
            errors.Add($"{name}: {AttributeRules.NotHeaderText}");
            return null;
        }

        return text;
    }

    /// <summary>Shortens a sender's name for an error.</summary>
    public static string Shorten(string name) => name.Length <= 64 ? name : string.Concat(name.AsSpan(0, 64), "…");

    public static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "a string",
    };
}
