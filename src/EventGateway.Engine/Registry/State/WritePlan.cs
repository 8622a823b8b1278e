using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;

namespace EventGateway.Engine.Registry.State;

/// <summary>The kinds of writes to the store.</summary>
internal enum WriteVerb
{
    Create,
    Update,
    Delete,
}

/// <summary>A write that is valid in the configuration that it was checked against, or the refusal.</summary>
internal readonly record struct WritePlan<T>(WriteVerb Verb, T? Resource, long ExpectedRevision, RegistryError? Error)
    where T : class, IResource
{
    /// <summary>The resource that a client replaces. Null for other writes.</summary>
    public T? Replaced { get; init; }

    /// <summary>The stored version has changed since the write was prepared, so the write must be prepared again.</summary>
    public static WritePlan<T> Outdated => default;

    public bool IsOutdated => Resource is null && Error is null;

    public static WritePlan<T> Refuse(RegistryError error) => new(default, null, 0, error);
}
