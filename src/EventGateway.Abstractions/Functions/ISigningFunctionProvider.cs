using System.Text.Json;

namespace EventGateway.Abstractions.Functions;

/// <summary>Calls functions of a type whose requests can be signed.</summary>
public interface ISigningFunctionProvider : IFunctionProvider
{
    /// <summary>Adds a new key to a function's settings, and lets the keys before it expire. Must be quick, because writes wait.</summary>
    /// <param name="settings">The settings as they are stored. They may have no key.</param>
    /// <param name="request">The new key.</param>
    /// <param name="now">The time.</param>
    /// <param name="errors">Collects messages about what is not possible.</param>
    /// <returns>The new settings. Null when an error was added.</returns>
    KeyRotation? Rotate(JsonElement settings, KeyRotationRequest request, DateTimeOffset now, ICollection<string> errors);

    /// <summary>Returns whether settings differ only in the keys that requests are signed with, or not at all.</summary>
    /// <param name="before">Settings as they are stored.</param>
    /// <param name="now">Other settings as they are stored.</param>
    bool DifferOnlyInKeys(JsonElement before, JsonElement now);
}
