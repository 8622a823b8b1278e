using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The key of an Azure function or its host: <c>auth.type</c> is <c>azureFunctionKey</c>.</summary>
/// <param name="Key">The key: <c>key</c>.</param>
internal sealed record AzureFunctionKeyAuth(Secret Key) : AuthSettings("azureFunctionKey")
{
    /// <inheritdoc/>
    public override bool FillsAuthorization => false;

    /// <summary>Reads the fields.</summary>
    public static new AzureFunctionKeyAuth Read(JsonFields fields) => new(fields.RequiredSecret("key", "a function's or host's key", HeaderSettings.IsValue));

    /// <summary>Writes the fields without the type, which the settings of <c>azurefunction</c> do not have.</summary>
    public void WriteFields(SettingsWriter writer) => writer.Write("key", Key);

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => WriteFields(writer);
}
