using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The settings of the type <c>googlecloudfunction</c>.</summary>
internal sealed record GoogleFunction : HttpSettings, IHttpType<GoogleFunction>
{
    private const string AcceptedUrl = "the URL of a Google Cloud function, such as https://region-project.cloudfunctions.net/name";

    /// <inheritdoc/>
    public static string Type => "googlecloudfunction";

    /// <inheritdoc/>
    public static (string Field, string Accepted) Required => ("url", AcceptedUrl);

    /// <summary>The function's URL, without a user and a fragment: <c>url</c>.</summary>
    public required SecretUrl Url { get; init; }

    /// <summary>The ID tokens: <c>audience</c> and <c>serviceAccount</c>.</summary>
    public required GoogleIdTokenAuth Token { get; init; }

    /// <inheritdoc/>
    public override SecretUrl Target => Url;

    /// <inheritdoc/>
    public override AuthSettings Credentials => Token;

    /// <inheritdoc/>
    public static GoogleFunction Read(JsonFields fields)
    {
        var url = fields.Required("url", AcceptedUrl, FunctionUrl.IsTokenUrl) ?? "";
        var token = GoogleIdTokenAuth.Read(fields);
        HeaderSettings.RefuseAuthorization(fields, "the ID token");
        return new GoogleFunction { Url = new SecretUrl(url), Token = token, Common = CommonSettings.Read(fields, FunctionUrl.Parse(url)) };
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        Url.Write(writer, "url");
        Token.WriteFields(writer);
    }
}
