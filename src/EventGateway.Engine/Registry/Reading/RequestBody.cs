using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Finds the JSON object in a request body.</summary>
/// <remarks>
/// <c>null</c> counts as an object without fields. Text after the object is ignored where unknown fields are
/// (<see cref="FieldErrors.IgnoresUnknown"/>): clients of 0.9 may rely on that.
/// </remarks>
public static class RequestBody
{
    private const string Accepted = "a JSON object is accepted.";

    /// <summary>Parses the object.</summary>
    /// <param name="errors">Receives the error.</param>
    /// <param name="document">The object, to be disposed of.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> body, FieldErrors errors, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (Measure(body.Span, out var length) is { } problem)
        {
            errors.Add("body", $"{problem}; {Accepted}");
            return false;
        }

        if (!errors.IgnoresUnknown && !body.Span[length..].Trim(" \t\r\n"u8).IsEmpty)
        {
            errors.Add("body", $"text after the first JSON value, at byte {length}; {Accepted}");
            return false;
        }

        var parsed = JsonDocument.Parse(body[..length]);
        if (parsed.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
        {
            document = parsed;
            return true;
        }

        errors.Add("body", $"{JsonFields.Describe(parsed.RootElement)}; {Accepted}");
        parsed.Dispose();
        return false;
    }

    // Reads the first value to its end, so that everything read from it later is valid JSON and valid text.
    private static string? Measure(ReadOnlySpan<byte> body, out int length)
    {
        length = 0;
        if (body.Trim(" \t\r\n"u8).IsEmpty)
        {
            return "empty";
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            do
            {
                if (!reader.Read())
                {
                    return "ends too early";
                }

                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                {
                    return $"not valid Unicode text at byte {reader.TokenStartIndex}";
                }
            }
            while (reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray);
        }
        catch (JsonException exception)
        {
            return $"not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
        }

        length = (int)reader.BytesConsumed;
        return null;
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Utf8.IsValid(reader.ValueSpan);
        }

        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair.
            return false;
        }
    }
}
