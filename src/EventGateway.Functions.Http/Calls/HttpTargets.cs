using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Settings;
using EventGateway.Functions.Http.Signing;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Makes targets of stored settings.</summary>
/// <param name="connections">The connections.</param>
/// <param name="ed25519">Signs with ed25519. Not set: nobody can.</param>
/// <param name="timeProvider">The clock of tokens and signatures.</param>
internal sealed class HttpTargets(HttpConnections connections, IEd25519? ed25519, TimeProvider timeProvider)
{
    /// <summary>Makes a target.</summary>
    /// <param name="settings">The settings, of the type <c>http</c>.</param>
    /// <param name="contentType">The media type that is sent in place of the event's. Not set: the event's.</param>
    public HttpTarget Create(JsonElement settings, string? contentType = null)
    {
        var uri = FunctionUrl.Parse(HttpSettings.Url(settings))
            ?? throw new InvalidOperationException("A function has a URL that was never validated.");
        var own = TlsSettings.Read(settings) is { } tls ? connections.Create(tls) : (IHttpConnections)connections;
        var auth = settings.TryGetProperty(AuthSettings.Name, out var given) ? given : default;
        var headers = Headers(settings, auth, uri);
        var queryKey = Text(auth, "type") is "apiKey" && Text(auth, "in") is "query" ? Uri.EscapeDataString(Text(auth, "value")!) : null;
        return new HttpTarget
        {
            Uri = uri,
            Connections = own,
            ContentType = contentType,
            Headers = headers,
            // As they are stored, and as they are sent.
            Redaction = Redaction.Of([.. SettingsSecrets.Values(settings), .. headers.Select(Credentials), queryKey ?? "", Password(uri)]),
            QueryKey = queryKey is null ? null : $"{Uri.EscapeDataString(Text(auth, "name")!)}={queryKey}",
            Tokens = Tokens(auth, uri) is { } source ? new TokenCache(source, timeProvider) : null,
            Signer = SigningSettings.Read(settings, ed25519, timeProvider),
            Permission = ValidationSettings.Read(settings) is { } validation ? new WebhookPermission(validation, timeProvider) : null,
        };
    }

    private ITokenSource? Tokens(JsonElement auth, Uri uri) => Text(auth, "type") switch
    {
        "oauth2" => new OAuth2TokenSource(auth, new TokenEndpoint(connections.Client), timeProvider),
        "googleIdToken" => GoogleTokens(auth, uri, Text(auth, "serviceAccount") is { } account ? GoogleServiceAccount.TryParse(account) : null),
        _ => null,
    };

    private GoogleTokenSource GoogleTokens(JsonElement auth, Uri uri, GoogleServiceAccount? account) => new(
        Text(auth, "audience") ?? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped),
        account,
        connections.Options.GoogleMetadataHost,
        new TokenEndpoint(account is null ? connections.Metadata : connections.Client),
        timeProvider);

    private static KeyValuePair<string, string>[] Headers(JsonElement settings, JsonElement auth, Uri uri)
    {
        var headers = HeaderSettings.Read(settings).ToList();
        if (Authorization(auth, uri) is { } header)
        {
            headers.RemoveAll(other => other.Key.Equals(header.Key, StringComparison.OrdinalIgnoreCase));
            headers.Add(header);
        }

        return [.. headers];
    }

    private static KeyValuePair<string, string>? Authorization(JsonElement auth, Uri uri) => Text(auth, "type") switch
    {
        "basic" => new("Authorization", Basic($"{Text(auth, "username")}:{Text(auth, "password")}")),
        "bearer" => new("Authorization", $"Bearer {Text(auth, "token")}"),
        "azureFunctionKey" => new("x-functions-key", Text(auth, "key")!),
        "apiKey" when Text(auth, "in") is "header" => new(Text(auth, "name")!, Text(auth, "value")!),
        _ when uri.UserInfo.Length > 0 => new("Authorization", Basic(Uri.UnescapeDataString(uri.UserInfo))),
        _ => null,
    };

    // Without what stands before them: Basic, Bearer.
    private static string Credentials(KeyValuePair<string, string> header) =>
        header.Value[(header.Value.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static string Password(Uri uri) => Uri.UnescapeDataString(uri.UserInfo[(uri.UserInfo.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static string? Text(JsonElement auth, string name) => JsonFile.Text(auth, name);
}
