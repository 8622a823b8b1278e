using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Engine.Functions;

/// <summary>Reads the body of a response object: a string, or any other JSON, which is sent as it is.</summary>
internal struct ResponseBody
{
    /// <summary>The media type of JSON.</summary>
    public const string JsonType = "application/json";

    /// <summary>The body; memory of the answer or of the buffer that it was read with.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Whether the body is JSON other than a string.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Reads the body at which a reader is.</summary>
    /// <param name="reader">Reads <paramref name="answer"/>.</param>
    /// <param name="answer">The whole answer.</param>
    /// <param name="buffer">Takes the body when it has escapes.</param>
    /// <param name="isText">Whether the body must be a string.</param>
    /// <returns>What is wrong with the body. Null when it is valid.</returns>
    public string? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> answer, PooledBuffer buffer, bool isText)
    {
        IsJson = reader.TokenType != JsonTokenType.String;
        if (IsJson && isText)
        {
            return "body must be a string";
        }

        var start = (int)reader.TokenStartIndex;
        if (IsJson)
        {
            reader.Skip();
            Bytes = answer[start..(int)reader.BytesConsumed];
        }
        else if (!reader.ValueIsEscaped)
        {
            Bytes = answer.Slice(start + 1, reader.ValueSpan.Length);
        }
        else
        {
            start = buffer.WrittenCount;
            buffer.Advance(JsonStrings.Unescape(reader.ValueSpan, buffer.GetSpan(reader.ValueSpan.Length)));
            Bytes = buffer.WrittenMemory[start..];
        }

        return null;
    }

    /// <summary>Returns the body of an answer with the member <c>isBase64Encoded</c>. A string that is not valid base64 is text, as it was in 0.9.</summary>
    public readonly ResponseBody Decode(bool isBase64)
    {
        if (!isBase64 || IsJson)
        {
            return this;
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(Bytes.Length)];
        return Base64.DecodeFromUtf8(Bytes.Span, bytes, out _, out var written) is OperationStatus.Done
            ? this with { Bytes = bytes.AsMemory(0, written) }
            : this;
    }
}
