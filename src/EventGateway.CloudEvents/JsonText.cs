using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace EventGateway.CloudEvents;

/// <summary>Small pieces of JSON text.</summary>
public static class JsonText
{
    /// <summary>The escaping of everything that is written: what JSON needs and no more, since nothing is put into HTML.</summary>
    internal static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Whether bytes are exactly one JSON value, white space around it aside, in valid UTF-8 and at most 64 levels deep.</summary>
    /// <param name="bytes">The bytes.</param>
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || !Utf8.IsValid(bytes))
        {
            return false;
        }

        var reader = new Utf8JsonReader(bytes);
        try
        {
            while (reader.Read())
            {
                // Reading to the end is the check.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A JSON string that holds a text.</summary>
    /// <param name="text">The text.</param>
    public static byte[] Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>A JSON string that holds a text in UTF-8.</summary>
    /// <param name="utf8">The text.</param>
    public static byte[] Quote(ReadOnlySpan<byte> utf8)
    {
        var encoded = JsonEncodedText.Encode(utf8, Encoder).EncodedUtf8Bytes;
        var json = new byte[encoded.Length + 2];
        json[0] = (byte)'"';
        encoded.CopyTo(json.AsSpan(1));
        json[^1] = (byte)'"';
        return json;
    }

    /// <summary>The text of a JSON string. Not set: it holds half of a surrogate pair, which no text can.</summary>
    /// <param name="json">The string with its quotes, known to be well-formed.</param>
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
