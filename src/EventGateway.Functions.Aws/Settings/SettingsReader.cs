using System.Buffers;
using System.Text.Json;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>Reads the fields of a function's settings, whatever the case of their names, and keeps those that it knows.</summary>
/// <param name="settings">The <c>provider</c> object; anything else has no fields.</param>
/// <param name="errors">Gets an error for each field that is missing or not accepted.</param>
internal sealed class SettingsReader(JsonElement settings, ICollection<string> errors)
{
    private readonly List<(string Name, string Value)> _fields = [];

    /// <summary>Reads a field that has to be there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="accepted">What it accepts, for the error: "a name…".</param>
    /// <param name="isAccepted">Whether it accepts a text. Not set: any.</param>
    /// <returns>The text, or null where an error was added.</returns>
    public string? Required(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        if (!TryRead(name, accepted, out var text))
        {
            return null;
        }

        if (text is null)
        {
            errors.Add($"provider.{name} is required: {accepted}");
            return null;
        }

        return Check(name, text, accepted, isAccepted);
    }

    /// <summary>Reads a field that may be missing; an empty text counts as missing.</summary>
    /// <returns>The text, or null where there is none or an error was added.</returns>
    public string? Optional(string name, string accepted, Func<string, bool>? isAccepted = null) =>
        TryRead(name, accepted, out var text) && text is not null ? Check(name, text, accepted, isAccepted) : null;

    /// <summary>Adds an error.</summary>
    public void Refuse(string error) => errors.Add(error);

    /// <summary>The fields that were read and set, as they are stored.</summary>
    public JsonElement ToJson() => Write(_fields);

    /// <summary>Makes settings of fields, in this order.</summary>
    public static JsonElement Write(IEnumerable<(string Name, string Value)> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private string? Check(string name, string text, string accepted, Func<string, bool>? isAccepted)
    {
        if (isAccepted?.Invoke(text) == false)
        {
            errors.Add($"provider.{name} must be {accepted}");
            return null;
        }

        _fields.Add((name, text));
        return text;
    }

    private bool TryRead(string name, string accepted, out string? text)
    {
        text = null;
        if (settings.ValueKind is not JsonValueKind.Object)
        {
            return true;
        }

        var found = default(JsonElement);
        foreach (var property in settings.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                found = property.Value;
            }
        }

        if (found.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return true;
        }

        if (found.ValueKind is not JsonValueKind.String)
        {
            errors.Add($"provider.{name} must be a string: {accepted}");
            return false;
        }

        text = found.GetString();
        text = string.IsNullOrEmpty(text) ? null : text;
        return true;
    }
}
