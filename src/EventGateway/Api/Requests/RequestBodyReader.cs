using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Reads the bodies of requests to the Configuration API.</summary>
internal static class RequestBodyReader
{
    /// <summary>The maximum length of a body: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    // No option: these bodies are short.
    private static readonly BodyLimits BodyLimits = new(TimeSpan.FromSeconds(30), "the Configuration API", MinRate: 0);

    /// <summary>Reads the body, and decodes it when it has a <c>Content-Encoding</c>.</summary>
    /// <returns>The body, or the refusal of one that is too large, comes too slowly or cannot be decoded.</returns>
    /// <exception cref="BadHttpRequestException">The body is malformed.</exception>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, JsonResponse? Error)> ReadAsync(HttpContext context)
    {
        var codings = RequestCodings.Find(context.Request, out var refusal);
        if (refusal is not null)
        {
            return (default, refusal);
        }

        using var body = new PooledBuffer();
        return await RequestBody.ReadAsync(context.Request, body, MaxBytes, memory: null, BodyLimits, TimeProvider.System, context.RequestAborted) switch
        {
            BodyRead.Complete when codings is not null => Decode(codings, body),
            BodyRead.Complete => (body.WrittenSpan.ToArray(), null),
            (BodyRead.Silent or BodyRead.TooSlow) and var slow => (default, BodyLimits.Refuse(slow)),
            _ => (default, TooLarge()),
        };
    }

    private static (ReadOnlyMemory<byte> Body, JsonResponse? Error) Decode(ContentCodings codings, PooledBuffer body)
    {
        using var decoded = new PooledBuffer();
        return codings.Decode(body.WrittenMemory, decoded, MaxBytes) switch
        {
            DecodingOutcome.Complete => (decoded.WrittenSpan.ToArray(), null),
            DecodingOutcome.TooLarge => (default, TooLarge()),
            _ => (default, RequestCodings.Damaged(codings)),
        };
    }

    private static JsonResponse TooLarge() =>
        JsonResponse.Error(StatusCodes.Status413PayloadTooLarge, $"The body is too large; at most {MaxBytes} bytes are accepted.");
}
