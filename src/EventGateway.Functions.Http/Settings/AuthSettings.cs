using System.Text.Json;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>auth</c>: how the gateway says who it is.</summary>
internal static class AuthSettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "auth";

    private const string Types = "basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey";
    private const string AcceptedUrl = "an absolute http or https URL without a user or fragment, such as https://login.example.com/oauth/token";

    /// <summary>Checks the field and keeps it.</summary>
    public static void Validate(SettingsObject settings)
    {
        const string accepted = $"an object with the field type: {Types}";
        if (settings.Object(Name, accepted) is not { } auth)
        {
            return;
        }

        if (TryValidate(auth, auth.Required("type", Types)))
        {
            settings.Keep(auth, Name);
        }

        if (auth.Json["type"]?.GetValue<string>() is "basic" or "bearer" or "oauth2" or "googleIdToken")
        {
            RefuseHeader(settings, auth.Path);
        }
    }

    /// <summary>Refuses an <c>Authorization</c> header beside other credentials that go into it.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="credentials">What else there is, for the error.</param>
    public static void RefuseHeader(SettingsObject settings, string credentials)
    {
        if (settings[HeaderSettings.Name] is { ValueKind: JsonValueKind.Object } headers
            && headers.EnumerateObject().Any(static header => header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)))
        {
            settings.Refuse($"{settings.Path}.{HeaderSettings.Name}.Authorization and {credentials} cannot both be given");
        }
    }

    /// <summary>Checks where a token comes from for Google's services.</summary>
    public static void ValidateGoogle(SettingsObject auth)
    {
        auth.Optional("audience", "the audience of the token, by default the function's URL", IsPrintable);
        if (auth["serviceAccount"].ValueKind is JsonValueKind.Undefined)
        {
            return;
        }

        // As the file says it, or as a text.
        var value = auth["serviceAccount"];
        var text = value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (text != Secret.Mask && GoogleServiceAccount.TryParse(text) is null)
        {
            auth.Refuse("serviceAccount", "the JSON of a service account's key, with client_email, private_key (an RSA key as PEM) and token_uri");
            return;
        }

        auth.Json["serviceAccount"] = text;
    }

    /// <summary>Checks the key of an Azure function.</summary>
    public static void ValidateAzure(SettingsObject auth) => auth.RequiredSecret("key", "a function's or host's key", HeaderSettings.IsValue);

    private static bool TryValidate(SettingsObject auth, string? type)
    {
        switch (type)
        {
            case null:
                return false;
            case "basic":
                auth.Required("username", "a user's name without a colon", static text => IsText(text) && !text.Contains(':', StringComparison.Ordinal));
                auth.RequiredSecret("password", "the user's password", IsText);
                break;
            case "bearer":
                auth.RequiredSecret("token", "a token of printable ASCII characters without spaces", IsPrintable);
                break;
            case "apiKey":
                ValidateApiKey(auth);
                break;
            case "oauth2":
                auth.Required("tokenUrl", AcceptedUrl, FunctionUrl.IsTokenUrl);
                auth.Required("clientId", "the client's id", IsText);
                auth.RequiredSecret("clientSecret", "the client's secret", IsText);
                auth.Optional("scope", "scopes, separated by spaces", IsText);
                auth.Optional("audience", "the audience of the token", IsText);
                auth.Optional("clientAuthentication", "header (the default) or body: where the token endpoint gets the client's secret", static text => text is "header" or "body");
                break;
            case "googleIdToken":
                ValidateGoogle(auth);
                break;
            case "azureFunctionKey":
                ValidateAzure(auth);
                break;
            default:
                auth.Refuse("type", Types);
                return false;
        }

        return true;
    }

    private static void ValidateApiKey(SettingsObject auth)
    {
        var place = auth.Required("in", "header or query", static text => text is "header" or "query");
        auth.Required(
            "name",
            "the name of a header that belongs to neither the event nor the connection, or of a parameter of the query",
            text => place is not "header" || HeaderSettings.IsName(text));
        auth.RequiredSecret("value", "the key, in a header of printable ASCII characters", text => place is not "header" || HeaderSettings.IsValue(text));
    }

    private static bool IsText(string text) => !text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f', StringComparison.Ordinal);

    private static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
