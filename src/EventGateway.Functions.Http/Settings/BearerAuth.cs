using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>A fixed token: <c>auth.type</c> is <c>bearer</c>.</summary>
/// <param name="Token">The token, printable ASCII characters without spaces: <c>token</c>.</param>
internal sealed record BearerAuth(Secret Token) : AuthSettings("bearer")
{
    /// <summary>Reads the fields.</summary>
    public static new BearerAuth Read(JsonFields fields) =>
        new(fields.RequiredSecret("token", "a token of printable ASCII characters without spaces", SettingText.IsPrintable));

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => writer.Write("token", Token);
}
