using System.Text;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Settings;
using EventGateway.Functions.Http.Signing;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Creates the targets of functions.</summary>
/// <param name="timeProvider">The clock of tokens and signatures.</param>
internal sealed class HttpTargets(HttpConnections connections, TimeProvider timeProvider)
{
    /// <summary>Creates the target of a function.</summary>
    /// <param name="settings">The function's settings.</param>
    public HttpTarget Create(HttpSettings settings)
    {
        var uri = FunctionUrl.Parse(settings.Target.Reveal())
            ?? throw new InvalidOperationException("A function has a URL that was never validated.");
        var (auth, common) = (settings.Credentials, settings.Common);
        var own = common.Tls is { } tls ? connections.Create(tls) : (IHttpConnections)connections;
        var headers = Headers(common.Headers, auth, uri);
        var (keyName, key) = auth is ApiKeyAuth { IsInQuery: true } inQuery
            ? (Uri.EscapeDataString(inQuery.KeyName), Uri.EscapeDataString(inQuery.Value.Reveal()))
            : default;
        return new HttpTarget
        {
            Uri = uri,
            Connections = own,
            ContentType = settings.ContentType,
            Headers = headers,
            // The secrets as they are stored, and as they are sent.
            Redaction = Redaction.Of([.. SecretsOf(settings), .. headers.Select(Credentials), key ?? "", Password(uri)]),
            QueryKey = key is null ? null : $"{keyName}={key}",
            Tokens = Tokens(auth, uri) is { } source ? new TokenCache(source, timeProvider) : null,
            Signer = common.Signing is { } signing ? new WebhookSigner([.. signing.Keys.Select(static key => (WebhookKey.Parse(key.Key), key.ExpiresAt))], timeProvider) : null,
            Permission = common.Validation is { } validation ? new WebhookPermission(validation, timeProvider) : null,
        };
    }

    private ITokenSource? Tokens(AuthSettings? auth, Uri uri) => auth switch
    {
        OAuth2Auth oauth2 => new OAuth2TokenSource(oauth2, new TokenEndpoint(connections.Client), timeProvider),
        GoogleIdTokenAuth google => GoogleTokens(google, uri, google.ServiceAccount is { } account ? GoogleServiceAccount.TryParse(account) : null),
        _ => null,
    };

    private GoogleTokenSource GoogleTokens(GoogleIdTokenAuth auth, Uri uri, GoogleServiceAccount? account) => new(
        auth.Audience ?? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
        account,
        connections.Options.GoogleMetadataHost,
        new TokenEndpoint(account is null ? connections.Metadata : connections.Client),
        timeProvider);

    private static KeyValuePair<string, string>[] Headers(HeaderSettings? given, AuthSettings? auth, Uri uri)
    {
        // Functions that were stored by an earlier version may have a Via of their own.
        var headers = (given?.All ?? [])
            .Where(static header => header.Key != Via.Name)
            .Select(static header => KeyValuePair.Create(header.Key, header.Value.Reveal()))
            .ToList();
        if (Authorization(auth, uri) is { } header)
        {
            headers.RemoveAll(other => other.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase));
            headers.Add(header);
        }

        return [.. headers];
    }

    private static KeyValuePair<string, string>? Authorization(AuthSettings? auth, Uri uri) => auth switch
    {
        BasicAuth basic => new("Authorization", Basic($"{basic.Username}:{basic.Password.Reveal()}")),
        BearerAuth bearer => new("Authorization", $"Bearer {bearer.Token.Reveal()}"),
        AzureFunctionKeyAuth azure => new("x-functions-key", azure.Key.Reveal()),
        ApiKeyAuth { IsInQuery: false } key => new(key.KeyName, key.Value.Reveal()),
        _ when uri.UserInfo.Length > 0 => new("Authorization", Basic(Uri.UnescapeDataString(uri.UserInfo))),
        _ => null,
    };

    private static IEnumerable<string> SecretsOf(HttpSettings settings)
    {
        foreach (var (path, secret) in SettingsWriter.SecretsOf(settings))
        {
            yield return secret.Reveal();
            if (path.Contains("url", StringComparison.OrdinalIgnoreCase))
            {
                // A function reads the secrets of a URL without escapes.
                yield return Uri.UnescapeDataString(secret.Reveal());
            }
        }

        if (settings.Credentials is BasicAuth basic)
        {
            yield return basic.Password.Reveal();
        }
    }

    // The value of a header without the scheme before it: Basic, Bearer.
    private static string Credentials(KeyValuePair<string, string> header) =>
        header.Value[(header.Value.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string Password(Uri uri) => Uri.UnescapeDataString(uri.UserInfo[(uri.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
