using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The settings of the type <c>azurefunction</c>.</summary>
internal sealed record AzureFunction : HttpSettings, IHttpType<AzureFunction>
{
    private const string AcceptedUrl = "the URL of an Azure function, such as https://app.azurewebsites.net/api/name";

    /// <inheritdoc/>
    public static string Type => "azurefunction";

    /// <inheritdoc/>
    public static (string Field, string Accepted) Required => ("url", AcceptedUrl);

    /// <summary>The function's URL, without a user and a fragment: <c>url</c>.</summary>
    public required SecretUrl Url { get; init; }

    /// <summary>The key of the function or its host: <c>key</c>.</summary>
    public required AzureFunctionKeyAuth Key { get; init; }

    /// <inheritdoc/>
    public override SecretUrl Target => Url;

    /// <inheritdoc/>
    public override AuthSettings Credentials => Key;

    /// <inheritdoc/>
    public static AzureFunction Read(JsonFields fields)
    {
        var url = fields.Required("url", AcceptedUrl, FunctionUrl.IsTokenUrl) ?? "";
        return new AzureFunction
        {
            Url = new SecretUrl(url),
            Key = AzureFunctionKeyAuth.Read(fields),
            Common = CommonSettings.Read(fields, FunctionUrl.Parse(url)),
        };
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        Url.Write(writer, "url");
        Key.WriteFields(writer);
    }
}
