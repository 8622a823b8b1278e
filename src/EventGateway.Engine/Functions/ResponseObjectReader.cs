using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Engine.Functions;

/// <summary>Reads response objects: names in any case, the last of a repeated name counts, <c>null</c> counts as missing, other fields are ignored.</summary>
internal static class ResponseObjectReader
{
    private const int MaxDepth = 1024;
    private const int NoStatus = 0;
    private const int DefaultStatus = 200;

    // multiValueHeaders with each letter as an escape.
    private const int MaxNameBytes = 17 * 6;

    private const string NotJson = "the answer is not JSON";
    private const string NotObject = "the answer is not an object";
    private const string BadStatus = "statusCode must be a whole number from 200 to 999";
    private const string NoNumber = "statusCode must be a number, as in 0.9";
    private const string NoStatusCode = "statusCode is missing, and only an answer with a status from 200 to 299 can do without";

    private static readonly KeyValuePair<string, StringValues>[] JsonHeaders = [new(ResponseHeaderRules.ContentType, ResponseBody.JsonType)];

    /// <summary>Reads a function's answer.</summary>
    /// <param name="buffer">Takes the body where it has to be unescaped. The response uses its memory and that of the answer.</param>
    /// <param name="forms">The accepted forms.</param>
    public static ResponseReadResult Read(ReadOnlyMemory<byte> answer, PooledBuffer buffer, ResponseForms forms)
    {
        if (answer.IsEmpty)
        {
            return ResponseReadResult.Malformed("the answer is empty");
        }

        if (!Utf8.IsValid(answer.Span))
        {
            if (forms is not ResponseForms.Strict)
            {
                return ResponseReadResult.Malformed("the answer is not valid UTF-8");
            }

            // As 0.9 did.
            answer = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer.Span));
        }

        try
        {
            return ReadDocument(answer, buffer, forms);
        }
        catch (JsonException)
        {
            return ResponseReadResult.Malformed(NotJson);
        }
    }

    private static ResponseReadResult ReadDocument(ReadOnlyMemory<byte> answer, PooledBuffer buffer, ResponseForms forms)
    {
        var reader = new Utf8JsonReader(answer.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            ReadEnd(ref reader);
            return forms switch
            {
                ResponseForms.AnyJson => AsBody(answer),
                ResponseForms.Strict when isNull => Create(NoStatus, null, default),
                _ => ResponseReadResult.Malformed(NotObject),
            };
        }

        var hasStatus = forms is ResponseForms.Strict;
        var status = NoStatus;
        var headers = new ResponseHeaders(forms is ResponseForms.Strict);
        var body = default(ResponseBody);
        var isBase64 = false;
        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = ReadField(ref reader);
            hasStatus |= field is Field.StatusCode;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                // Reads on to the end, because an answer without statusCode has no fields that could be wrong.
                problem ??= field switch
                {
                    Field.StatusCode => TryReadStatus(ref reader, forms, out status) ? null : forms is ResponseForms.Strict ? NoNumber : BadStatus,
                    Field.Headers => headers.ReadHeaders(ref reader),
                    Field.MultiValueHeaders => headers.ReadMultiValueHeaders(ref reader),
                    Field.Cookies => headers.ReadCookies(ref reader),
                    Field.Body => body.Read(ref reader, answer, buffer, forms is ResponseForms.Strict),
                    Field.IsBase64Encoded => TryReadFlag(ref reader, out isBase64) ? null : "isBase64Encoded must be true or false",
                    _ => null,
                };
                reader.Skip();
            }
        }

        ReadEnd(ref reader);
        return hasStatus
            ? problem is null ? Create(status, headers.ToDictionary(), body.Decode(isBase64)) : ResponseReadResult.Malformed(problem)
            : forms is ResponseForms.AnyJson ? AsBody(answer) : ResponseReadResult.Malformed(NoStatusCode);
    }

    // Throws when something follows the value.
    private static void ReadEnd(ref Utf8JsonReader reader) => reader.Read();

    private static ResponseReadResult AsBody(ReadOnlyMemory<byte> json) =>
        ResponseReadResult.Of(new ResponseObject(DefaultStatus, JsonHeaders, json));

    private static ResponseReadResult Create(int status, OrderedDictionary<string, StringValues>? headers, ResponseBody body)
    {
        status = status == NoStatus ? DefaultStatus : status;

        // 1xx is not the end of a response, and other numbers are no status at all.
        if (status is < 200 or > 999)
        {
            return ResponseReadResult.Malformed(BadStatus);
        }

        var bytes = status is 204 or 205 or 304 ? default : body.Bytes;
        if (!bytes.IsEmpty && headers?.ContainsKey(ResponseHeaderRules.ContentType) != true)
        {
            (headers ??= ResponseHeaders.Create()).Add(ResponseHeaderRules.ContentType, body.IsJson ? ResponseBody.JsonType : ContentSniffer.Detect(bytes.Span));
        }

        return ResponseReadResult.Of(new ResponseObject(status, headers ?? (IReadOnlyList<KeyValuePair<string, StringValues>>)[], bytes));
    }

    private static bool TryReadStatus(ref Utf8JsonReader reader, ResponseForms forms, out int status)
    {
        status = NoStatus;
        var isInteger = reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out status);
        if (forms is ResponseForms.Strict)
        {
            return isInteger;
        }

        if (isInteger)
        {
            return status != NoStatus;
        }

        // 200.0 and 2e2 are whole numbers too.
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetDecimal(out var number) && number == Math.Truncate(number) && number is > 0 and <= 999)
        {
            status = (int)number;
            return true;
        }

        return reader.TokenType is JsonTokenType.String
            && int.TryParse(JsonStrings.GetString(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status != NoStatus;
    }

    private static bool TryReadFlag(ref Utf8JsonReader reader, out bool flag)
    {
        flag = reader.TokenType == JsonTokenType.True;
        return flag || reader.TokenType == JsonTokenType.False;
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

        return reader.ValueSpan.Length > MaxNameBytes ? Field.Other : JsonStrings.GetString(ref reader).ToLowerInvariant() switch
        {
            "statuscode" => Field.StatusCode,
            "headers" => Field.Headers,
            "body" => Field.Body,
            "isbase64encoded" => Field.IsBase64Encoded,
            "multivalueheaders" => Field.MultiValueHeaders,
            "cookies" => Field.Cookies,
            _ => Field.Other,
        };
    }

    private enum Field
    {
        Other,
        StatusCode,
        Headers,
        MultiValueHeaders,
        Cookies,
        Body,
        IsBase64Encoded,
    }
}
