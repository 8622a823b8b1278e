using System.Text.Json;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The settings of the type <c>http</c>.</summary>
internal sealed record PlainHttp : HttpSettings, IHttpType<PlainHttp>
{
    private const string AcceptedUrl = "an absolute http or https URL, such as https://example.com/function";

    /// <inheritdoc/>
    public static string Type => "http";

    /// <inheritdoc/>
    public static string Title => "Http";

    /// <inheritdoc/>
    public static (string Field, string Accepted) Required => ("url", AcceptedUrl);

    /// <summary>The URL, which may have a user and a password when there is no <c>auth</c>: <c>url</c>.</summary>
    public required SecretUrl Url { get; init; }

    /// <summary>How the gateway authenticates itself: <c>auth</c>. Default: null, with the user of the URL or not at all.</summary>
    public AuthSettings? Auth { get; init; }

    /// <inheritdoc/>
    public override SecretUrl Target => Url;

    /// <inheritdoc/>
    public override AuthSettings? Credentials => Auth;

    /// <inheritdoc/>
    public static PlainHttp Read(JsonFields fields)
    {
        var text = fields.Required("url", AcceptedUrl, static text => FunctionUrl.Parse(text) is not null) ?? "";
        var auth = AuthSettings.Read(fields);
        var url = FunctionUrl.Parse(text);
        if (url?.UserInfo.Length > 0)
        {
            HeaderSettings.RefuseAuthorization(fields, $"the user of {fields.PathOf("url")}");
            if (fields.Value(AuthSettings.Name).ValueKind is not JsonValueKind.Undefined)
            {
                fields.Refuse("url", $"must not contain a user when {fields.PathOf(AuthSettings.Name)} is set");
            }
        }

        return new PlainHttp { Url = new SecretUrl(text), Auth = auth, Common = CommonSettings.Read(fields, url) };
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        Url.Write(writer, "url");
        writer.Write(AuthSettings.Name, Auth);
    }
}
