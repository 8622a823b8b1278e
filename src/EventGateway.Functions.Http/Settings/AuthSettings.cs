using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>auth</c>: how the gateway authenticates itself to the function.</summary>
/// <param name="Type">The kind: <c>type</c>.</param>
internal abstract record AuthSettings(string Type) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "auth";

    private const string Types = "basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey";

    private static readonly Dictionary<string, Func<JsonFields, AuthSettings>> Kinds = new(StringComparer.Ordinal)
    {
        ["basic"] = BasicAuth.Read,
        ["bearer"] = BearerAuth.Read,
        ["apiKey"] = ApiKeyAuth.Read,
        ["oauth2"] = OAuth2Auth.Read,
        ["googleIdToken"] = GoogleIdTokenAuth.Read,
        ["azureFunctionKey"] = AzureFunctionKeyAuth.Read,
    };

    /// <summary>Whether the credentials go into the header <c>Authorization</c>. Default: true.</summary>
    public virtual bool FillsAuthorization => true;

    /// <summary>Reads the field. Null when it is missing or an error was added.</summary>
    public static AuthSettings? Read(JsonFields settings)
    {
        var auth = settings.Nested(Name, static auth => auth.Kind("type", Types, Kinds), $"an object with the field type: {Types}");
        if (auth is { FillsAuthorization: true })
        {
            HeaderSettings.RefuseAuthorization(settings, settings.PathOf(Name));
        }

        return auth;
    }

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        writer.Write("type", Type);
        WriteOwn(writer);
    }

    /// <summary>Writes the fields of this kind.</summary>
    protected abstract void WriteOwn(SettingsWriter writer);
}
