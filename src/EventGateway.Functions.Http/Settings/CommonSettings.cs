using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The settings that functions of all types over HTTP have.</summary>
internal sealed record CommonSettings : ISettings
{
    /// <summary>The headers of each request: <c>headers</c>. Default: none.</summary>
    public HeaderSettings? Headers { get; init; }

    /// <summary>The keys that requests are signed with: <c>signing</c>. Default: null, requests are not signed.</summary>
    public SigningSettings? Signing { get; init; }

    /// <summary>The certificates: <c>tls</c>. Default: null, no client certificate and the system's authorities.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>How the function is asked whether it wants events: <c>validation</c>. Default: null, it is not asked.</summary>
    public ValidationSettings? Validation { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="url">The function's URL. Null when it is not known.</param>
    public static CommonSettings Read(JsonFields fields, Uri? url) => new()
    {
        Headers = HeaderSettings.Read(fields),
        Signing = SigningSettings.Read(fields),
        Tls = TlsSettings.Read(fields, isHttps: url is null || url.Scheme == Uri.UriSchemeHttps),
        Validation = ValidationSettings.Read(fields),
    };

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        writer.Write(HeaderSettings.Name, Headers);
        writer.Write(SigningSettings.Name, Signing);
        writer.Write(TlsSettings.Name, Tls);
        Validation?.WriteTo(writer);
    }
}
