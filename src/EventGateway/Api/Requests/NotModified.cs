namespace EventGateway.Api.Requests;

/// <summary>The response to a read of a version that the client has already: 304 with its <c>ETag</c>.</summary>
/// <param name="revision">The revision for the <c>ETag</c>.</param>
internal sealed class NotModified(long revision) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
        httpContext.Response.Headers.ETag = $"\"{revision}\"";
        return Task.CompletedTask;
    }
}
