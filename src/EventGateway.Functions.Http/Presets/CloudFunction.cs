using System.Text.Json.Nodes;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>A type with a URL and, beside it, the fields of one kind of <c>auth</c>.</summary>
internal sealed class CloudFunction : IHttpType
{
    private readonly string _acceptedUrl;
    private readonly string _auth;
    private readonly string[] _fields;
    private readonly Action<SettingsObject> _readFields;

    private CloudFunction(string name, string acceptedUrl, string auth, string[] fields, Action<SettingsObject> readFields) =>
        (Name, _acceptedUrl, _auth, _fields, _readFields) = (name, acceptedUrl, auth, fields, readFields);

    /// <summary>The type <c>azurefunction</c>: called with a function's or host's key.</summary>
    public static CloudFunction Azure { get; } = new(
        "azurefunction",
        "the URL of an Azure function, such as https://app.azurewebsites.net/api/name",
        "azureFunctionKey",
        ["key"],
        AuthSettings.ValidateAzure);

    /// <summary>The type <c>googlecloudfunction</c>: called with an ID token.</summary>
    public static CloudFunction Google { get; } = new(
        "googlecloudfunction",
        "the URL of a Google Cloud function, such as https://region-project.cloudfunctions.net/name",
        "googleIdToken",
        ["audience", "serviceAccount"],
        static settings =>
        {
            AuthSettings.ValidateGoogle(settings);
            AuthSettings.RefuseHeader(settings, "the ID token");
        });

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public (string Field, string Accepted) Required => ("url", _acceptedUrl);

    /// <inheritdoc/>
    public bool Read(SettingsObject settings)
    {
        var url = settings.Required("url", _acceptedUrl, FunctionUrl.IsTokenUrl);
        _readFields(settings);
        return url is null || new Uri(url).Scheme == Uri.UriSchemeHttps;
    }

    /// <inheritdoc/>
    public void Translate(JsonObject settings)
    {
        var auth = new JsonObject { ["type"] = _auth };
        foreach (var field in _fields)
        {
            if (settings[field] is { } value)
            {
                auth[field] = value.DeepClone();
            }
        }

        settings[AuthSettings.Name] = auth;
    }
}
