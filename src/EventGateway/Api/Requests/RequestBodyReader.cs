using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Reads whole request bodies up to the API's limit.</summary>
internal static class RequestBodyReader
{
    /// <summary>The largest body that is read: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or the answer to one that is too large.</returns>
    /// <exception cref="BadHttpRequestException">The body was malformed, or came too slowly.</exception>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, JsonResponse? Error)> ReadAsync(HttpContext context)
    {
        using var body = new PooledBuffer();
        return await RequestBody.ReadAsync(context.Request, body, MaxBytes, memory: null, context.RequestAborted) is BodyRead.Complete
            ? (body.WrittenSpan.ToArray(), null)
            : (default, JsonResponse.Error(StatusCodes.Status413PayloadTooLarge, $"The body is too large; at most {MaxBytes} bytes are accepted."));
    }
}
