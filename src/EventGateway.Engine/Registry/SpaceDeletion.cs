using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

/// <summary>The outcome of the deletion of a space.</summary>
/// <param name="Deleted">The number of its resources. Null when the request was refused.</param>
/// <param name="Error">The refusal. Null when the space was deleted.</param>
public sealed record SpaceDeletion(SpaceSummary? Deleted, RegistryError? Error)
{
    /// <summary>
    /// The revision of the deletion. A deletion that is refused may be stored: it is not in force here yet, or deliveries are left. Null
    /// when nothing was deleted.
    /// </summary>
    public long? Revision { get; init; }

    internal static SpaceDeletion Refused(RegistryReason reason, string text) => new(null, new RegistryError(reason, text));
}
