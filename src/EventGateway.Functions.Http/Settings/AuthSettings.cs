using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>auth</c>: how the gateway authenticates itself to the function.</summary>
/// <param name="Type">The kind: <c>type</c>.</param>
internal abstract record AuthSettings(string Type) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "auth";

    private const string Types = "basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey";

    /// <summary>Whether the credentials go into the header <c>Authorization</c>. Default: true.</summary>
    public virtual bool FillsAuthorization => true;

    /// <summary>Reads the field. Null when it is missing or an error was added.</summary>
    public static AuthSettings? Read(JsonFields settings)
    {
        var auth = settings.Nested(Name, ReadKind, $"an object with the field type: {Types}");
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

    private static AuthSettings? ReadKind(JsonFields fields)
    {
        var type = fields.Required("type", Types, static text => text is "basic" or "bearer" or "apiKey" or "oauth2" or "googleIdToken" or "azureFunctionKey");
        switch (type)
        {
            case "basic":
                return BasicAuth.Read(fields);
            case "bearer":
                return BearerAuth.Read(fields);
            case "apiKey":
                return ApiKeyAuth.Read(fields);
            case "oauth2":
                return OAuth2Auth.Read(fields);
            case "googleIdToken":
                return GoogleIdTokenAuth.Read(fields);
            case "azureFunctionKey":
                return AzureFunctionKeyAuth.Read(fields);
            default:
                // Which other fields are accepted depends on the type.
                fields.AcceptAll();
                return null;
        }
    }
}
