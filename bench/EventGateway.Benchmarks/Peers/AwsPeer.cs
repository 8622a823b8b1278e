using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventGateway.Benchmarks.Peers;

/// <summary>
/// Accepts the batch calls of SQS and Kinesis, with one record or many, and stores nothing. Unlike the real services it shares
/// the processors with its callers. It therefore does as little as possible for each record.
/// </summary>
internal static class AwsPeer
{
    /// <summary>Runs until the process ends.</summary>
    /// <param name="port">The port to listen on.</param>
    /// <param name="delay">The time before each answer, which stands for a network.</param>
    public static async Task RunAsync(int port, TimeSpan delay)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(async context =>
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                return;
            }

            var body = context.Request.BodyReader;
            var request = await body.ReadAtLeastAsync((int)context.Request.ContentLength!.Value, context.RequestAborted);
            var answer = new ArrayBufferWriter<byte>(512);
            Answer(request.Buffer, answer);
            body.AdvanceTo(request.Buffer.End);
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, context.RequestAborted);
            }

            context.Response.ContentType = "application/x-amz-json-1.1";
            context.Response.ContentLength = answer.WrittenCount;
            await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory, context.RequestAborted);
        });
        await app.RunAsync();
    }

    private static void Answer(ReadOnlySequence<byte> request, ArrayBufferWriter<byte> answer)
    {
        var reader = new Utf8JsonReader(request);
        using var json = new Utf8JsonWriter(answer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        while (reader.Read())
        {
            // Results of SQS contain the ids of the entries. Results of Kinesis have the order of the records.
            if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("Entries"u8))
            {
                json.WriteStartArray("Successful"u8);
            }
            else if (reader.TokenType is JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("Records"u8))
            {
                json.WriteStartArray("Records"u8);
            }
            else if (reader.TokenType is JsonTokenType.EndArray && reader.CurrentDepth == 1)
            {
                json.WriteEndArray();
            }
            else if (reader.TokenType is JsonTokenType.StartObject && reader.CurrentDepth == 2)
            {
                Take(ref reader, json);
            }
        }

        json.WriteEndObject();
    }

    private static void Take(ref Utf8JsonReader reader, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("Id"u8))
            {
                reader.Read();
                json.WriteString("Id"u8, reader.GetString());
                json.WriteString("MessageId"u8, "m"u8);
            }
            else if (reader.ValueTextEquals("MessageBody"u8))
            {
                reader.Read();
                Digest(ref reader, json);
            }
            else
            {
                if (reader.ValueTextEquals("Data"u8))
                {
                    json.WriteString("SequenceNumber"u8, "49"u8);
                }

                reader.Skip();
            }
        }

        json.WriteEndObject();
    }

    private static void Digest(ref Utf8JsonReader reader, Utf8JsonWriter json)
    {
        var text = ArrayPool<byte>.Shared.Rent((int)(reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length));
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        Span<byte> hex = stackalloc byte[2 * MD5.HashSizeInBytes];
        MD5.HashData(text.AsSpan(0, reader.CopyString(text)), digest);
        Convert.TryToHexStringLower(digest, hex, out _);
        json.WriteString("MD5OfMessageBody"u8, hex);
        ArrayPool<byte>.Shared.Return(text);
    }
}
