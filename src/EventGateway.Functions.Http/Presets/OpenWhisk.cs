using System.Text.Json.Nodes;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The type <c>openwhisk</c>: an action of a namespace, invoked and waited for; it gets the event as its parameters.</summary>
internal sealed class OpenWhisk : IHttpType
{
    private const string DefaultNamespace = "_";
    private const string AcceptedHost = "the URL of an OpenWhisk server, such as https://openwhisk.example.com";

    /// <inheritdoc/>
    public string Name => "openwhisk";

    /// <inheritdoc/>
    public (string Field, string Accepted) Required => ("apiHost", AcceptedHost);

    // Parameters are a JSON object, and no other media type is taken for one.
    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public bool Read(SettingsObject settings)
    {
        var host = settings.Required(
            "apiHost", AcceptedHost, static text => FunctionUrl.Parse(text) is { UserInfo: "", Query: "", Fragment: "", AbsolutePath: "/" });
        settings.Optional("namespace", "a namespace, by default _, that of the key", static text => IsName(text));
        settings.Required("action", "an action, such as name or package/name", static text => text.Split('/') is { Length: <= 2 } parts && parts.All(IsName));
        settings.RequiredSecret("auth", "a key: its id, a colon and its secret", static text => text.IndexOf(':', StringComparison.Ordinal) > 0 && HeaderSettings.IsValue(text));
        AuthSettings.RefuseHeader(settings, $"{settings.Path}.auth");
        return host is null || new Uri(host).Scheme == Uri.UriSchemeHttps;
    }

    /// <inheritdoc/>
    public void Translate(JsonObject settings)
    {
        var host = settings["apiHost"]!.GetValue<string>().TrimEnd('/');
        var space = Uri.EscapeDataString(settings["namespace"]?.GetValue<string>() ?? DefaultNamespace);
        var action = string.Join('/', settings["action"]!.GetValue<string>().Split('/').Select(Uri.EscapeDataString));
        var key = settings["auth"]!.GetValue<string>().Split(':', 2);
        settings["url"] = $"{host}/api/v1/namespaces/{space}/actions/{action}?blocking=true&result=true";
        settings[AuthSettings.Name] = new JsonObject { ["type"] = "basic", ["username"] = key[0], ["password"] = key[1] };
    }

    private static bool IsName(string text) =>
        text.Length > 0 && text is not ("." or "..") && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '@' or ' ');
}
