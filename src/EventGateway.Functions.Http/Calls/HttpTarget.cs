using System.Net;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Signing;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>The address of an HTTP function and the contents of its requests. Created once per function.</summary>
internal sealed class HttpTarget
{
    private volatile TokenRedaction? _lastToken;

    /// <summary>The URL, without a key that goes into the query.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The connections.</summary>
    public required IHttpConnections Connections { get; init; }

    /// <summary>The headers of each request. Default: none.</summary>
    public KeyValuePair<string, string>[] Headers { get; init; } = [];

    /// <summary>The parameter of the query that holds a key: <c>name=value</c>. Default: null, none.</summary>
    public string? QueryKey { get; init; }

    /// <summary>The media type that is sent in place of the event's. Default: null, the event's.</summary>
    public string? ContentType { get; init; }

    /// <summary>The tokens. Default: null, requests carry none.</summary>
    public TokenCache? Tokens { get; init; }

    /// <summary>Signs requests. Default: null, they are not signed.</summary>
    public WebhookSigner? Signer { get; init; }

    /// <summary>Asks the function whether it wants events. Default: null, it is not asked.</summary>
    public WebhookPermission? Permission { get; init; }

    /// <summary>Masks the secrets of the settings. Default: null, the settings have none.</summary>
    public Redaction? Redaction { get; init; }

    /// <summary>The highest HTTP version. Over TLS the server chooses. Without TLS only HTTP/1.1 is certain to work.</summary>
    public Version Version => Uri.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>The URL that events are sent to.</summary>
    public Uri EventUri => field ??= AddKey(Uri);

    /// <summary>Returns what masks the secrets of the settings and a token. Many calls share a token, so the last one is kept.</summary>
    /// <param name="token">The token. Null when the request has none.</param>
    public Redaction? RedactionWith(string? token)
    {
        if (token is null)
        {
            return Redaction;
        }

        var last = _lastToken;
        if (last is null || last.Token != token)
        {
            _lastToken = last = new TokenRedaction(token, Redaction.With(Redaction, [token]));
        }

        return last.Redaction;
    }

    /// <summary>Returns a URL with the key in its query. Returns the same URL when no key goes there.</summary>
    public Uri AddKey(Uri uri)
    {
        if (QueryKey is null)
        {
            return uri;
        }

        var path = uri.PathAndQuery;
        var separator = !path.Contains('?', StringComparison.Ordinal) ? "?" : path[^1] is '?' or '&' ? "" : "&";
        return new Uri(
            $"{uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}{path}{separator}{QueryKey}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private sealed record TokenRedaction(string Token, Redaction? Redaction);
}
