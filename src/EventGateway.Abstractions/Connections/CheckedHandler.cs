using System.Net.Http.Headers;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// Checks the target and the headers of each request before it is sent. The transport does not: a byte that HTTP does not allow could
/// end a header, begin another request or send old contents of the connection's buffer.
/// </summary>
/// <param name="inner">Sends the requests.</param>
internal sealed class CheckedHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.Send(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            Check(request);
        }
        catch (InvalidRequestException exception)
        {
            return Task.FromException<HttpResponseMessage>(exception);
        }

        return base.SendAsync(request, cancellationToken);
    }

    private static void Check(HttpRequestMessage request)
    {
        if (request.RequestUri is { IsAbsoluteUri: true } uri && !IsWrittenValid(uri))
        {
            request.RequestUri = Encode(uri);
        }

        Check(request.Headers.NonValidated);
        if (request.Content is { } content)
        {
            Check(content.Headers.NonValidated);
        }
    }

    /// <summary>Returns whether a URI was written with valid characters only, so that it needs no encoding. Allocates nothing.</summary>
    internal static bool IsWrittenValid(Uri uri)
    {
        var text = uri.OriginalString.AsSpan();
        var authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text[authority..].IndexOfAny("/?#\\");
        // A URI without a path has the path "/", unless it is kept verbatim. Uri caches the path.
        return authority > 2 && (end >= 0 ? TargetText.IsValid(text[(authority + end)..]) : uri.AbsolutePath is "/");
    }

    private static Uri Encode(Uri uri)
    {
        var target = uri.PathAndQuery;
        if (TargetText.IsValid(target))
        {
            return uri;
        }

        // A URI that is kept verbatim may have no path.
        var encoded = TargetText.Encode(target.StartsWith('/') ? target : "/" + target)
            ?? throw new InvalidRequestException("The path or the query has characters that HTTP does not allow.");
        return new Uri(uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + encoded, Verbatim);
    }

    private static void Check(HttpHeadersNonValidated headers)
    {
        if (HeaderFields.FindInvalid(headers) is { } name)
        {
            throw new InvalidRequestException(HttpToken.IsValid(name)
                ? $"The header {name} has control characters, which HTTP does not allow."
                : "The name of a header has characters that HTTP does not allow.");
        }
    }
}
