using System.Buffers;
using System.Text.Json;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>
/// Applies a JSON merge patch (RFC 7396) to a resource. As in all bodies, the case of field names does not count, except in
/// <c>metadata</c>.
/// </summary>
/// <remarks>
/// A null for a field that the resource does not have stays in the result, where it counts as missing. So a misspelled field is
/// refused as an unknown one even when the patch only removes it. In objects whose names are free, it is left out.
/// </remarks>
internal static class MergePatch
{
    // As long as the body of an update can be. Many patches could make a resource that no update accepts.
    private const int MaxBytes = 1024 * 1024;

    private const string Labels = "metadata";
    private const string Headers = "provider.headers";

    /// <summary>Reads a patch, a JSON object.</summary>
    /// <param name="body">The patch in UTF-8.</param>
    /// <param name="errors">Receives the errors.</param>
    /// <returns>The patch. Null when an error was added.</returns>
    public static JsonElement? Read(ReadOnlyMemory<byte> body, FieldErrors errors)
    {
        if (!RequestBody.TryParse(body, errors, out var document))
        {
            return null;
        }

        using (document)
        {
            if (document.RootElement.ValueKind is JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }

            errors.Add("body", "null; a JSON object is accepted.");
            return null;
        }
    }

    /// <summary>Returns the patched resource as JSON. Adds an error for each field of the patch that is given more than once.</summary>
    /// <param name="resource">The resource, an object.</param>
    /// <param name="patch">The patch, an object.</param>
    /// <param name="errors">Receives the errors.</param>
    public static ReadOnlyMemory<byte> Apply(JsonElement resource, JsonElement patch, FieldErrors errors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, resource, patch, "", errors);
        }

        if (buffer.WrittenCount > MaxBytes)
        {
            errors.Add("body", $"the resource would have {buffer.WrittenCount} bytes; at most {MaxBytes} are accepted.");
        }

        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, JsonElement target, JsonElement patch, string path, FieldErrors errors)
    {
        if (patch.ValueKind is not JsonValueKind.Object)
        {
            patch.WriteTo(json);
            return;
        }

        var comparer = path is Labels ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var left = new Dictionary<string, JsonElement>(comparer);
        foreach (var repeated in patch.EnumerateObject().GroupBy(static field => field.Name, comparer))
        {
            left.Add(repeated.Key, repeated.Last().Value);
            if (repeated.Count() > 1)
            {
                errors.AddRepeated(Join(path, repeated.Key), repeated.Count());
            }
        }

        json.WriteStartObject();
        if (target.ValueKind is JsonValueKind.Object)
        {
            foreach (var field in target.EnumerateObject())
            {
                if (!left.Remove(field.Name, out var change))
                {
                    field.WriteTo(json);
                }
                else if (change.ValueKind is not JsonValueKind.Null)
                {
                    json.WritePropertyName(field.Name);
                    Write(json, field.Value, change, Join(path, field.Name), errors);
                }
            }
        }

        foreach (var (name, value) in left)
        {
            if (value.ValueKind is not JsonValueKind.Null || path is not (Labels or Headers))
            {
                json.WritePropertyName(name);
                Write(json, default, value, Join(path, name), errors);
            }
        }

        json.WriteEndObject();
    }

    // The names of free fields do not decide anything below them.
    private static string Join(string path, string name) => path.Length == 0 ? name.ToLowerInvariant() is Labels ? Labels : name : $"{path}.{name}";
}
