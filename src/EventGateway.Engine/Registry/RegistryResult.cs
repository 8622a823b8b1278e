using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

/// <summary>What the registry answers: an entry or a refusal.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public readonly record struct RegistryResult<T>
    where T : class, IResource
{
    private RegistryResult(ResourceEntry<T>? entry, RegistryError? error)
    {
        Entry = entry;
        Error = error;
    }

    /// <summary>The resource as it is now; of a deletion, as it was. Not set: refused.</summary>
    public ResourceEntry<T>? Entry { get; }

    /// <summary>The refusal. Not set: it was done.</summary>
    public RegistryError? Error { get; }

    /// <summary>Tells the two apart.</summary>
    /// <returns>Whether there is an entry.</returns>
    public bool TryGet([NotNullWhen(true)] out ResourceEntry<T>? entry, [NotNullWhen(false)] out RegistryError? error)
    {
        entry = Entry;
        error = Error;
        return entry is not null;
    }

    internal static RegistryResult<T> Done(ResourceEntry<T> entry) => new(entry, null);

    internal static RegistryResult<T> Refused(RegistryError error) => new(null, error);

    internal static RegistryResult<T> Refused(RegistryReason reason, string text) => new(null, new RegistryError(reason, text));
}
