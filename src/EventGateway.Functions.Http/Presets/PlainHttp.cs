using System.Text.Json;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The type <c>http</c>: any URL.</summary>
internal sealed class PlainHttp : IHttpType
{
    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public (string Field, string Accepted) Required => ("url", HttpSettings.AcceptedUrl);

    /// <inheritdoc/>
    public bool Read(SettingsObject settings)
    {
        var url = HttpSettings.ReadUrl(settings);
        AuthSettings.Validate(settings);
        if (url?.UserInfo.Length > 0)
        {
            AuthSettings.RefuseHeader(settings, $"the user of {settings.Path}.url");
            if (settings[AuthSettings.Name].ValueKind is not JsonValueKind.Undefined)
            {
                settings.Refuse($"{settings.Path}.url cannot hold a user beside {settings.Path}.{AuthSettings.Name}");
            }
        }

        return url is null || url.Scheme == Uri.UriSchemeHttps;
    }
}
