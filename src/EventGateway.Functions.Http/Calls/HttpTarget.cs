using System.Net;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Signing;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Where an HTTP function is and what its requests carry, read once per function.</summary>
internal sealed class HttpTarget
{
    private volatile TokenRedaction? _lastToken;

    /// <summary>The URL; without the key, where that goes into the query.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The connections.</summary>
    public required IHttpConnections Connections { get; init; }

    /// <summary>Headers that each request carries, whoever sent the event.</summary>
    public KeyValuePair<string, string>[] Headers { get; init; } = [];

    /// <summary>A parameter with a key, as it stands in a query. Not set: there is none.</summary>
    public string? QueryKey { get; init; }

    /// <summary>The media type that is sent in place of the event's. Not set: the event's.</summary>
    public string? ContentType { get; init; }

    /// <summary>Gives tokens. Not set: the function wants none.</summary>
    public TokenCache? Tokens { get; init; }

    /// <summary>Signs requests. Not set: they are not signed.</summary>
    public WebhookSigner? Signer { get; init; }

    /// <summary>Asks whether the function wants events. Not set: it is not asked.</summary>
    public WebhookPermission? Permission { get; init; }

    /// <summary>Hides the secrets of the settings. Not set: they have none.</summary>
    public Redaction? Redaction { get; init; }

    /// <summary>The highest version that the server is asked for; over TLS it picks, without it HTTP/1.1 is certain.</summary>
    public Version Version => Uri.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>The URL that events are sent to.</summary>
    public Uri EventUri => field ??= AddKey(Uri);

    /// <summary>Hides the secrets of the settings and a token. Remembers the last token, which many calls share.</summary>
    /// <param name="token">The token. Null: the function gets none.</param>
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

    /// <summary>Adds the key, where one goes into the query.</summary>
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
