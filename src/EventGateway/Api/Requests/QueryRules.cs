namespace EventGateway.Api.Requests;

/// <summary>Refuses queries of endpoints that read none, so that nobody believes that a parameter had an effect.</summary>
internal static class QueryRules
{
    /// <summary>Answers 400 when a request has query parameters and its endpoint reads none. Endpoints that read some check them.</summary>
    public static async ValueTask<object?> CheckAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        return context.Request.QueryString.HasValue
            && context.GetEndpoint()?.Metadata is { } metadata
            && metadata.OfType<OperationTraits>().ToList() is [var traits, ..]
            && !traits.HasFlag(OperationTraits.List)
            && metadata.GetMetadata<QueryParameter>() is null
            && new QueryReader(context.Request.QueryString, []).Error is { } error
            ? error
            : await next(invocation);
    }
}
