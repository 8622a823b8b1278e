using System.Text.Json.Nodes;
using EventGateway.Core.Functions.Http.Settings;

namespace EventGateway.Core.Functions.Http.Presets;

/// <summary>The type <c>azurefunction</c>: a URL and a function's or host's key.</summary>
internal sealed class AzureFunction : IHttpType
{
    private const string AcceptedUrl = "the URL of an Azure function, such as https://app.azurewebsites.net/api/name";

    /// <inheritdoc/>
    public string Name => "azurefunction";

    /// <inheritdoc/>
    public (string Field, string Accepted) Required => ("url", AcceptedUrl);

    /// <inheritdoc/>
    public bool Read(SettingsObject settings)
    {
        var url = settings.Required("url", AcceptedUrl, AuthSettings.IsTokenUrl);
        settings.RequiredSecret("key", "the function's or host's key", static text => text.Length > 0 && HeaderSettings.IsValue(text));
        return url is null || new Uri(url).Scheme == Uri.UriSchemeHttps;
    }

    /// <inheritdoc/>
    public void Translate(JsonObject settings) => settings[AuthSettings.Name] = new JsonObject
    {
        ["type"] = "azureFunctionKey",
        ["key"] = settings["key"]?.DeepClone(),
    };
}
