using System.Text.Json;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Functions;

/// <summary>The settings of the type <c>builtin</c>.</summary>
/// <param name="Name">The function: <c>echo</c>, <c>log</c> or <c>discard</c>.</param>
internal sealed record BuiltinSettings(string Name) : ISettings
{
    private const string Accepted = "echo (answers with the event), log (writes one log line) or discard (does nothing)";

    /// <summary>Reads settings. Null when an error was added.</summary>
    public static BuiltinSettings? Read(JsonElement settings, FieldErrors errors)
    {
        if (settings.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            errors.Add("provider", $"must be an object with the field name: {Accepted}");
            return null;
        }

        var fields = new JsonFields(settings, "provider", errors);
        var read = Read(fields);
        fields.RefuseUnknown();
        return errors.Any ? null : read;
    }

    /// <summary>Reads settings. Null when an error was added.</summary>
    public static BuiltinSettings? Read(JsonFields fields) =>
        fields.Required("name", Accepted, ["echo", "log", "discard"]) is { } name ? new BuiltinSettings(name) : null;

    /// <inheritdoc/>
    public void Write(SettingsWriter writer) => writer.Write("name", Name);
}
