using System.Text.Json.Nodes;
using EventGateway.Core.Functions.Http.Settings;

namespace EventGateway.Core.Functions.Http.Presets;

/// <summary>The type <c>googlecloudfunction</c>: a URL, called with an ID token.</summary>
internal sealed class GoogleCloudFunction : IHttpType
{
    private const string AcceptedUrl = "the URL of a Google Cloud function, such as https://region-project.cloudfunctions.net/name";

    /// <inheritdoc/>
    public string Name => "googlecloudfunction";

    /// <inheritdoc/>
    public (string Field, string Accepted) Required => ("url", AcceptedUrl);

    /// <inheritdoc/>
    public bool Read(SettingsObject settings)
    {
        var url = settings.Required("url", AcceptedUrl, AuthSettings.IsTokenUrl);
        AuthSettings.ValidateGoogle(settings);
        AuthSettings.RefuseHeader(settings, "the ID token");
        return url is null || new Uri(url).Scheme == Uri.UriSchemeHttps;
    }

    /// <inheritdoc/>
    public void Translate(JsonObject settings)
    {
        var auth = new JsonObject { ["type"] = "googleIdToken" };
        foreach (var name in new[] { "audience", "serviceAccount" })
        {
            if (settings[name] is { } value)
            {
                auth[name] = value.DeepClone();
            }
        }

        settings[AuthSettings.Name] = auth;
    }
}
