namespace EventGateway.Core.Functions;

/// <summary>Where an HTTP function is, and how its requests are sent.</summary>
/// <param name="uri">The function's URL.</param>
/// <param name="version">The highest HTTP version that it is asked for.</param>
/// <param name="client">Sends requests, over the function's connections.</param>
/// <param name="authorization">The <c>authorization</c> header that goes along. Not set: none.</param>
public sealed class HttpEndpoint(Uri uri, Version version, HttpMessageInvoker client, string? authorization)
{
    /// <summary>The function's URL.</summary>
    public Uri Uri => uri;

    /// <summary>The highest HTTP version that the server is asked for.</summary>
    public Version Version => version;

    /// <summary>Sends requests, over the function's connections.</summary>
    public HttpMessageInvoker Client => client;

    /// <summary>Adds to a request what says that it comes from the gateway.</summary>
    /// <param name="request">The request, otherwise ready to be sent.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (authorization is not null)
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return ValueTask.CompletedTask;
    }
}
