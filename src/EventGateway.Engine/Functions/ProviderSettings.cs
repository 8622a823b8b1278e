using System.Text;
using System.Text.Json;

namespace EventGateway.Engine.Functions;

/// <summary>Reads and writes the <c>provider</c> objects of functions.</summary>
internal static class ProviderSettings
{
    /// <summary>Reads a string field, whatever the case of its name.</summary>
    /// <param name="settings">The object.</param>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What the field accepts, for the error: "an absolute URL…".</param>
    /// <param name="errors">Gets an error where the field is missing, empty or no string.</param>
    /// <returns>The text, or null where an error was added.</returns>
    public static string? ReadRequired(JsonElement settings, string name, string accepted, ICollection<string> errors)
    {
        if (settings.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            errors.Add($"provider.{name} is required: {accepted}");
            return null;
        }

        if (settings.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"provider must be an object with the field {name}: {accepted}");
            return null;
        }

        var value = Find(settings, name);
        if (value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            errors.Add($"provider.{name} is required: {accepted}");
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            errors.Add($"provider.{name} must be a string: {accepted}");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length == 0)
        {
            errors.Add($"provider.{name} is required: {accepted}");
            return null;
        }

        return text;
    }

    /// <summary>Makes an object with one field.</summary>
    public static JsonElement Create(string name, string value) =>
        JsonElement.Parse(Encoding.UTF8.GetBytes($"{{{JsonSerializer.Serialize(name)}:{JsonSerializer.Serialize(value)}}}"));

    private static JsonElement Find(JsonElement settings, string name)
    {
        var found = default(JsonElement);
        foreach (var property in settings.EnumerateObject())
        {
            if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                found = property.Value;
            }
        }

        return found;
    }
}
