using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Google's ID tokens: <c>auth.type</c> is <c>googleIdToken</c>.</summary>
/// <param name="Audience">The audience of the tokens: <c>audience</c>. Null means the function's URL.</param>
/// <param name="ServiceAccount">
/// The JSON of a service account's key, as an object or as a text: <c>serviceAccount</c>. Null means the service account of the machine.
/// </param>
internal sealed record GoogleIdTokenAuth(string? Audience, Secret? ServiceAccount) : AuthSettings("googleIdToken")
{
    private const string AcceptedAccount = "the JSON of a service account's key, with client_email, private_key (an RSA key as PEM) and token_uri";

    /// <summary>Reads the fields.</summary>
    public static new GoogleIdTokenAuth Read(JsonFields fields) => new(
        fields.Optional("audience", "the audience of the token, by default the function's URL", SettingText.IsPrintable),
        ReadAccount(fields));

    /// <summary>Writes the fields without the type, which the settings of <c>googlecloudfunction</c> do not have.</summary>
    public void WriteFields(SettingsWriter writer)
    {
        writer.Write("audience", Audience);
        writer.Write("serviceAccount", ServiceAccount);
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => WriteFields(writer);

    private static Secret? ReadAccount(JsonFields fields)
    {
        fields.Describe("serviceAccount", static _ => SettingSchema.Either(
            SettingSchema.Secret(AcceptedAccount), SettingSchema.Of("object", AcceptedAccount), "a secret, as a text or an object: " + AcceptedAccount));
        var value = fields.Value("serviceAccount");
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        var account = new Secret(value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText());
        if (fields.AreChecked && !account.IsMask && GoogleServiceAccount.TryParse(account) is null)
        {
            fields.Errors.AddRefused(fields.PathOf("serviceAccount"), value, AcceptedAccount);
        }

        return account;
    }
}
