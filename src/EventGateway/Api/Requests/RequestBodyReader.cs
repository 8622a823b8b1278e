using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Reads the bodies of requests to the Configuration API.</summary>
internal static class RequestBodyReader
{
    /// <summary>The maximum length of a body: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or the refusal of a body that is too large.</returns>
    /// <exception cref="BadHttpRequestException">The body is malformed, or arrived too slowly.</exception>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, JsonResponse? Error)> ReadAsync(HttpContext context)
    {
        using var body = new PooledBuffer();
        return await RequestBody.ReadAsync(context.Request, body, MaxBytes, memory: null, context.RequestAborted) is BodyRead.Complete
            ? (body.WrittenSpan.ToArray(), null)
            : (default, JsonResponse.Error(StatusCodes.Status413PayloadTooLarge, $"The body is too large; at most {MaxBytes} bytes are accepted."));
    }
}
