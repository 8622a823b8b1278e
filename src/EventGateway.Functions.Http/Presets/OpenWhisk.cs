using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>The settings of the type <c>openwhisk</c>: an action, which gets the event as its parameters. The gateway waits for its result.</summary>
internal sealed record OpenWhisk : HttpSettings, IHttpType<OpenWhisk>
{
    private const string DefaultNamespace = "_";
    private const string AcceptedHost = "the URL of an OpenWhisk server, such as https://openwhisk.example.com";

    /// <inheritdoc/>
    public static string Type => "openwhisk";

    /// <inheritdoc/>
    public static (string Field, string Accepted) Required => ("apiHost", AcceptedHost);

    /// <summary>The server's URL, without a user, a path, a query and a fragment: <c>apiHost</c>.</summary>
    public required string ApiHost { get; init; }

    /// <summary>The namespace: <c>namespace</c>. Default: null, which means <c>_</c>, the namespace of the key.</summary>
    public string? Namespace { get; init; }

    /// <summary>The action, <c>name</c> or <c>package/name</c>: <c>action</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The key, its id and its secret with a colon between them: <c>auth</c>.</summary>
    public required Secret Key { get; init; }

    /// <inheritdoc/>
    public override SecretUrl Target
    {
        get
        {
            var space = Uri.EscapeDataString(Namespace ?? DefaultNamespace);
            var action = string.Join('/', Action.Split('/').Select(Uri.EscapeDataString));
            return new SecretUrl($"{ApiHost.TrimEnd('/')}/api/v1/namespaces/{space}/actions/{action}?blocking=true&result=true");
        }
    }

    /// <inheritdoc/>
    public override AuthSettings Credentials
    {
        get
        {
            var key = Key.Reveal().Split(':', 2);
            return new BasicAuth(key[0], new Secret(key[^1]));
        }
    }

    // Parameters are a JSON object, and the server accepts no other media type for one.
    /// <inheritdoc/>
    public override string ContentType => "application/json";

    /// <inheritdoc/>
    public static OpenWhisk Read(JsonFields fields)
    {
        var host = fields.Required(
            "apiHost", AcceptedHost, static text => FunctionUrl.Parse(text) is { UserInfo: "", Query: "", Fragment: "", AbsolutePath: "/" }) ?? "";
        var space = fields.Optional("namespace", "a namespace, by default _, that of the key", IsName);
        var action = fields.Required(
            "action", "an action, such as name or package/name", static text => text.Split('/') is { Length: <= 2 } parts && parts.All(IsName)) ?? "";
        var key = fields.RequiredSecret(
            "auth",
            "a key: its id, a colon and its secret",
            static text => text.IndexOf(':', StringComparison.Ordinal) > 0 && HeaderSettings.IsValue(text));
        HeaderSettings.RefuseAuthorization(fields, fields.PathOf("auth"));
        return new OpenWhisk
        {
            ApiHost = host,
            Namespace = space,
            Action = action,
            Key = key,
            Common = CommonSettings.Read(fields, FunctionUrl.Parse(host)),
        };
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        writer.Write("apiHost", ApiHost);
        writer.Write("namespace", Namespace);
        writer.Write("action", Action);
        writer.Write("auth", Key);
    }

    private static bool IsName(string text) =>
        text.Length > 0 && text is not ("." or "..") && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '@' or ' ');
}
