using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EventGateway.CloudEvents;

/// <summary>Checks, quotes and unescapes JSON text.</summary>
public static class JsonText
{
    /// <summary>Escapes only what JSON needs, because the output is not put into HTML.</summary>
    internal static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Returns whether bytes are exactly one JSON value in valid UTF-8, of any depth. White space around it is allowed.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => Check(bytes, JsonDepthLimit.None) is JsonValidity.Valid;

    /// <summary>Returns whether bytes are exactly one JSON value in valid UTF-8. White space around it is allowed.</summary>
    /// <param name="limit">The maximum depth.</param>
    internal static JsonValidity Check(ReadOnlySpan<byte> bytes, JsonDepthLimit limit)
    {
        if (bytes.IsEmpty || !Utf8.IsValid(bytes))
        {
            return JsonValidity.Invalid;
        }

        // The reader has no way to say that the limit was the reason, so the depth is counted here.
        var reader = new Utf8JsonReader(bytes, Options(int.MaxValue));
        try
        {
            while (reader.Read())
            {
                // The depth of the token that opens a value is that of its parent.
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= limit.Levels)
                {
                    return JsonValidity.TooDeep;
                }
            }

            return JsonValidity.Valid;
        }
        catch (JsonException)
        {
            return JsonValidity.Invalid;
        }
    }

    /// <summary>Returns the options of a reader. Its own limit would be 64 levels.</summary>
    /// <param name="depth">The maximum depth.</param>
    internal static JsonReaderOptions Options(int depth) => new() { MaxDepth = Math.Max(depth, 1) };

    /// <summary>Returns whether a byte is white space of JSON (RFC 8259, section 2).</summary>
    internal static bool IsSpace(byte octet) => octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <summary>Returns a text as a JSON string.</summary>
    public static byte[] Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>Returns a text in UTF-8 as a JSON string.</summary>
    public static byte[] Quote(ReadOnlySpan<byte> utf8)
    {
        var encoded = JsonEncodedText.Encode(utf8, Encoder).EncodedUtf8Bytes;
        var json = new byte[encoded.Length + 2];
        json[0] = (byte)'"';
        encoded.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'"';
        return json;
    }

    /// <summary>Returns the text of a JSON string, or null when it has a lone surrogate.</summary>
    /// <param name="json">The string with its quotes. It must be well-formed.</param>
    internal static string? Unescape(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
