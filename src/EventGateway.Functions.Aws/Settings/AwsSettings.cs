using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>The settings of an AWS function, whatever its type.</summary>
/// <param name="Common">The settings that all types have.</param>
internal abstract record AwsSettings(CommonSettings Common) : ISettings
{
    /// <summary>The server that the function names itself, whatever the endpoint. Default: none.</summary>
    public virtual Uri? Server => null;

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        WriteOwn(writer);
        Common.Write(writer);
    }

    /// <summary>Writes the fields of this type.</summary>
    protected abstract void WriteOwn(SettingsWriter writer);
}
