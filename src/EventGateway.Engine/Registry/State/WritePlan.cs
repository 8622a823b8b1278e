using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;

namespace EventGateway.Engine.Registry.State;

/// <summary>What a write does in the store.</summary>
internal enum WriteVerb
{
    Create,
    Update,
    Delete,
}

/// <summary>A write that the rules allow as the configuration is, or the refusal.</summary>
internal readonly record struct WritePlan<T>(WriteVerb Verb, T? Resource, long ExpectedRevision, RegistryError? Error)
    where T : class, IResource
{
    public static WritePlan<T> Refuse(RegistryError error) => new(default, null, 0, error);
}
