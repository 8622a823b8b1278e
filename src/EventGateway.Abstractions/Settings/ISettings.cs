namespace EventGateway.Abstractions.Settings;

/// <summary>Settings that write themselves, field by field.</summary>
public interface ISettings
{
    /// <summary>Writes the fields.</summary>
    /// <param name="writer">Writes them as JSON.</param>
    void Write(SettingsWriter writer);
}
