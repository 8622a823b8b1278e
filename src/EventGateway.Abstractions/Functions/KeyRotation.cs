using System.Globalization;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Functions;

/// <summary>The result of a rotation: a new key, and the keys that it replaces.</summary>
/// <param name="Settings">The function's new settings as they are stored.</param>
/// <param name="Name">The name of the new key.</param>
/// <param name="Key">The new key.</param>
public sealed record KeyRotation(JsonElement Settings, string Name, Secret Key)
{
    /// <summary>The public key of the new key. Null when it has none.</summary>
    public string? PublicKey { get; init; }

    /// <summary>The keys before it that are still valid, with the times when they expire. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, DateTimeOffset>> OldKeys { get; init; } = [];

    // Called by ToString. Leaves out the settings, because they contain secrets, and logs and errors may show the text.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Name = {Name}");
        return true;
    }
}
