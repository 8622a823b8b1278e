using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

/// <summary>The outcome of the deletion of a space.</summary>
/// <param name="Deleted">The number of its resources. Null when the request was refused.</param>
/// <param name="Error">The refusal. Null when the space was deleted.</param>
public sealed record SpaceDeletion(SpaceSummary? Deleted, RegistryError? Error)
{
    internal static SpaceDeletion Refused(RegistryReason reason, string text) => new(null, new RegistryError(reason, text));
}
