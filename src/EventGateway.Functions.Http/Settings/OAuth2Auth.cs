using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Access tokens for client credentials: <c>auth.type</c> is <c>oauth2</c>.</summary>
/// <param name="TokenUrl">The URL of the token endpoint, without a user and a fragment: <c>tokenUrl</c>.</param>
/// <param name="ClientId">The client's id: <c>clientId</c>.</param>
/// <param name="ClientSecret">The client's secret: <c>clientSecret</c>.</param>
internal sealed record OAuth2Auth(SecretUrl TokenUrl, string ClientId, Secret ClientSecret) : AuthSettings("oauth2")
{
    private const string AcceptedUrl = "an absolute http or https URL without a user or fragment, such as https://login.example.com/oauth/token";

    /// <summary>The scopes, separated by spaces: <c>scope</c>. Default: null, none is asked for.</summary>
    public string? Scope { get; init; }

    /// <summary>The audience of the tokens: <c>audience</c>. Default: null, none is asked for.</summary>
    public string? Audience { get; init; }

    /// <summary>Where the token endpoint receives the client's secret, <c>header</c> or <c>body</c>: <c>clientAuthentication</c>. Default: null, in the header.</summary>
    public string? ClientAuthentication { get; init; }

    /// <summary>Reads the fields.</summary>
    public static new OAuth2Auth Read(JsonFields fields) => new(
        new SecretUrl(fields.Required("tokenUrl", AcceptedUrl, FunctionUrl.IsTokenUrl) ?? ""),
        fields.Required("clientId", "the client's id", SettingText.IsText) ?? "",
        fields.RequiredSecret("clientSecret", "the client's secret", SettingText.IsText))
    {
        Scope = fields.Optional("scope", "scopes, separated by spaces", SettingText.IsText),
        Audience = fields.Optional("audience", "the audience of the token", SettingText.IsText),
        ClientAuthentication = fields.Optional(
            "clientAuthentication", "header (the default) or body: where the token endpoint gets the client's secret", ["header", "body"]),
    };

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        TokenUrl.Write(writer, "tokenUrl");
        writer.Write("clientId", ClientId);
        writer.Write("clientSecret", ClientSecret);
        writer.Write("scope", Scope);
        writer.Write("audience", Audience);
        writer.Write("clientAuthentication", ClientAuthentication);
    }
}
