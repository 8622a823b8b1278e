using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Reads the bodies of requests to the Configuration API.</summary>
internal static class RequestBodyReader
{
    /// <summary>The maximum length of a body: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    // No option: these bodies are short.
    private static readonly BodyLimits Slowness = new(TimeSpan.FromSeconds(30), "the Configuration API", MinRate: 0);

    /// <summary>Reads the body.</summary>
    /// <returns>The body, or the refusal of a body that is too large or comes too slowly.</returns>
    /// <exception cref="BadHttpRequestException">The body is malformed.</exception>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, JsonResponse? Error)> ReadAsync(HttpContext context)
    {
        using var body = new PooledBuffer();
        return await RequestBody.ReadAsync(context.Request, body, MaxBytes, memory: null, Slowness, TimeProvider.System, context.RequestAborted) switch
        {
            BodyRead.Complete => (body.WrittenSpan.ToArray(), null),
            (BodyRead.Silent or BodyRead.TooSlow) and var slow => (default, Slowness.Refuse(slow)),
            _ => (default, JsonResponse.Error(StatusCodes.Status413PayloadTooLarge, $"The body is too large; at most {MaxBytes} bytes are accepted.")),
        };
    }
}
