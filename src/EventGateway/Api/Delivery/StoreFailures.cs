using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Answers requests when a store cannot be read or written, for example because the disk is full.</summary>
internal static class StoreFailures
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>An endpoint filter that turns an I/O error of the store into a 503 with its message.</summary>
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            return JsonResponse.Unavailable(RetryAfter, exception.Message);
        }
    }
}
