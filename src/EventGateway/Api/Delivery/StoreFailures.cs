using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Answers for a store that cannot be written, say because the disk is full.</summary>
internal static class StoreFailures
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>An endpoint filter: the answer, or 503 with what the store says.</summary>
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
