using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The settings of a function that is called over HTTP, whatever its type.</summary>
internal abstract record HttpSettings : ISettings
{
    /// <summary>The URL that is called.</summary>
    public abstract SecretUrl Target { get; }

    /// <summary>How the gateway authenticates itself. Null means it does not, except with the user of <see cref="Target"/>.</summary>
    public abstract AuthSettings? Credentials { get; }

    /// <summary>The media type that is sent in place of the event's. Default: null, the event's.</summary>
    public virtual string? ContentType => null;

    /// <summary>The settings that all types have.</summary>
    public required CommonSettings Common { get; init; }

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        WriteOwn(writer);
        Common.Write(writer);
    }

    /// <summary>Returns the same settings with other keys for signatures.</summary>
    /// <param name="signing">The keys. Null means that requests are not signed.</param>
    public HttpSettings WithSigning(SigningSettings? signing) => this with { Common = Common with { Signing = signing } };

    /// <summary>Returns whether a stored secret would go to the server that it was stored for.</summary>
    /// <param name="stored">The stored settings.</param>
    /// <param name="path">The path of the secret.</param>
    public bool MayKeep(HttpSettings stored, string path) =>
        Target.HasServerOf(stored.Target)
        && (!path.StartsWith("auth.", StringComparison.Ordinal) || HaveOneServer(TokenUrlOf(this), TokenUrlOf(stored)));

    /// <summary>Writes the fields of this type.</summary>
    protected abstract void WriteOwn(SettingsWriter writer);

    private static SecretUrl? TokenUrlOf(HttpSettings settings) => (settings.Credentials as OAuth2Auth)?.TokenUrl;

    private static bool HaveOneServer(SecretUrl? url, SecretUrl? other) =>
        url is null || other is null ? url == other : url.HasServerOf(other);
}
