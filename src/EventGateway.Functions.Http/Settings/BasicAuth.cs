using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>HTTP Basic authentication: <c>auth.type</c> is <c>basic</c>.</summary>
/// <param name="Username">The user's name, without a colon: <c>username</c>.</param>
/// <param name="Password">The user's password: <c>password</c>.</param>
internal sealed record BasicAuth(string Username, Secret Password) : AuthSettings("basic")
{
    /// <summary>Reads the fields.</summary>
    public static new BasicAuth Read(JsonFields fields) => new(
        fields.Required("username", "a user's name without a colon", static text => SettingText.IsText(text) && !text.Contains(':', StringComparison.Ordinal)) ?? "",
        fields.RequiredSecret("password", "the user's password", SettingText.IsText));

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        writer.Write("username", Username);
        writer.Write("password", Password);
    }
}
