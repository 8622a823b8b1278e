using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;

namespace EventGateway.Engine.Registry.State;

/// <summary>A resource that was completed before its write has its turn.</summary>
/// <param name="Resource">The completed resource. With an error, the resource as it was sent.</param>
/// <param name="Error">Why the resource cannot be completed. Null when it is complete.</param>
/// <param name="ReliesOnStored">Whether the result depends on the stored version.</param>
/// <param name="StoredRevision">The revision of that version. Null when there was none.</param>
internal readonly record struct PreparedDraft<T>(T Resource, RegistryError? Error, bool ReliesOnStored, long? StoredRevision)
    where T : class, IResource
{
    /// <summary>Returns whether the resource must be completed again, because the stored version is another one now.</summary>
    /// <param name="current">The stored version now. Null when there is none.</param>
    public bool IsOutdated(ResourceEntry<T>? current) => ReliesOnStored && current?.Revision != StoredRevision;
}
