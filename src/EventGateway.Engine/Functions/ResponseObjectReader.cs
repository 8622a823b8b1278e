using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Functions;

/// <summary>Reads response objects: names in any case, the last of a repeated name counts, <c>null</c> counts as missing, other fields are ignored.</summary>
internal static class ResponseObjectReader
{
    private const int MaxDepth = 1024;

    /// <summary>Reads a function's answer.</summary>
    /// <returns>The response, or null when the answer is not a response object.</returns>
    public static ResponseObject? Read(ReadOnlyMemory<byte> answer, PooledBuffer buffer)
    {
        if (!Utf8.IsValid(answer.Span))
        {
            answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer.Span));
        }

        try
        {
            return ReadDocument(answer, buffer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ResponseObject? ReadDocument(ReadOnlyMemory<byte> answer, PooledBuffer buffer)
    {
        var reader = new Utf8JsonReader(answer.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return reader.Read() ? null : Create(200, null, default);
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var status = 0;
        OrderedDictionary<string, string>? headers = null;
        HashSet<string>? listed = null;
        ReadOnlyMemory<byte> body = default;
        var isBase64 = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = ReadField(ref reader);
            reader.Read();
            var valid = field switch
            {
                _ when reader.TokenType == JsonTokenType.Null => true,
                Field.StatusCode => reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out status),
                Field.Headers => reader.TokenType == JsonTokenType.StartObject && TryReadHeaders(ref reader, headers ??= NewHeaders(), ref listed),
                Field.IsBase64Encoded => TryReadFlag(ref reader, out isBase64),
                Field.Body => reader.TokenType == JsonTokenType.String && ReadBody(ref reader, answer, buffer, out body),
                _ => reader.TrySkip(),
            };
            if (!valid)
            {
                return null;
            }
        }

        body = isBase64 ? Decode(body) : body;

        // Reading on finds what follows the object.
        return reader.Read() ? null : Create(status == 0 ? 200 : status, listed is null ? headers : Without(listed, headers!), body);
    }

    private static ResponseObject? Create(int status, OrderedDictionary<string, string>? headers, ReadOnlyMemory<byte> body)
    {
        // 1xx is not the end of a response, and other numbers are no status at all.
        if (status is < 200 or > 999)
        {
            return null;
        }

        if (status is 204 or 205 or 304)
        {
            body = default;
        }

        if (!body.IsEmpty && headers?.ContainsKey("content-type") != true)
        {
            (headers ??= NewHeaders()).Add("content-type", ContentSniffer.Detect(body.Span));
        }

        return new ResponseObject(status, headers ?? (IReadOnlyList<KeyValuePair<string, string>>)[], body);
    }

    private static OrderedDictionary<string, string> NewHeaders() => new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the headers in, and the names that <c>Connection</c> lists.</summary>
    private static bool TryReadHeaders(ref Utf8JsonReader reader, OrderedDictionary<string, string> headers, ref HashSet<string>? listed)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonStrings.GetString(ref reader);
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return false;
            }

            if (name.Equals("connection", StringComparison.OrdinalIgnoreCase))
            {
                listed ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                var value = reader.TokenType == JsonTokenType.Null ? string.Empty : JsonStrings.GetString(ref reader);
                listed.UnionWith(value.Split(',', StringSplitOptions.TrimEntries));
            }
            else if (IsAllowed(name))
            {
                headers[name] = reader.TokenType == JsonTokenType.Null ? string.Empty : Clean(JsonStrings.GetString(ref reader));
            }
        }

        return true;
    }

    // RFC 9110, section 7.6.1: what Connection lists is for the gateway alone, as Connection itself is.
    private static OrderedDictionary<string, string> Without(HashSet<string> listed, OrderedDictionary<string, string> headers)
    {
        var kept = NewHeaders();
        foreach (var (name, value) in headers)
        {
            if (!listed.Contains(name))
            {
                kept.Add(name, value);
            }
        }

        return kept;
    }

    /// <summary>Whether a function may set a header: a valid name, and none that frames the response or belongs to the connection.</summary>
    private static bool IsAllowed(string name) =>
        HttpToken.IsValid(name)
        && name.ToLowerInvariant() is not ("content-length" or "transfer-encoding" or "keep-alive" or "upgrade" or "te"
            or "trailer" or "trailers" or "proxy-connection" or "proxy-authenticate" or "proxy-authorization");

    /// <summary>Takes out what could end a header line.</summary>
    private static string Clean(string value)
    {
        value = value.Trim();
        foreach (var character in value)
        {
            if (IsControl(character))
            {
                return string.Create(value.Length, value, static (span, value) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = IsControl(value[i]) ? ' ' : value[i];
                    }
                });
            }
        }

        return value;
    }

    private static bool IsControl(char character) => character is (< ' ' and not '\t') or '\x7f';

    private static bool ReadBody(ref Utf8JsonReader reader, ReadOnlyMemory<byte> answer, PooledBuffer buffer, out ReadOnlyMemory<byte> body)
    {
        if (!reader.ValueIsEscaped)
        {
            body = answer.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            return true;
        }

        var start = buffer.WrittenCount;
        var written = JsonStrings.Unescape(reader.ValueSpan, buffer.GetSpan(reader.ValueSpan.Length));
        buffer.Advance(written);
        body = buffer.WrittenMemory[start..];
        return true;
    }

    private static bool TryReadFlag(ref Utf8JsonReader reader, out bool flag)
    {
        flag = reader.TokenType == JsonTokenType.True;
        return flag || reader.TokenType == JsonTokenType.False;
    }

    // What is no base64 is text, whatever the function says of it, as it was in 0.9.
    private static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(body.Length)];
        return Base64.DecodeFromUtf8(body.Span, bytes, out _, out var written) is OperationStatus.Done ? bytes.AsMemory(0, written) : body;
    }

    private static Field ReadField(ref Utf8JsonReader reader)
    {
        if (JsonStrings.TextEquals(ref reader, "statusCode"u8))
        {
            return Field.StatusCode;
        }

        if (JsonStrings.TextEquals(ref reader, "headers"u8))
        {
            return Field.Headers;
        }

        if (JsonStrings.TextEquals(ref reader, "body"u8))
        {
            return Field.Body;
        }

        return JsonStrings.GetString(ref reader).ToLowerInvariant() switch
        {
            "statuscode" => Field.StatusCode,
            "headers" => Field.Headers,
            "body" => Field.Body,
            "isbase64encoded" => Field.IsBase64Encoded,
            _ => Field.Other,
        };
    }

    private enum Field
    {
        Other,
        StatusCode,
        Headers,
        Body,
        IsBase64Encoded,
    }
}
