using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

/// <summary>The result of a request to the registry: an entry or a refusal.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public readonly record struct RegistryResult<T>
    where T : class, IResource
{
    private RegistryResult(ResourceEntry<T>? entry, RegistryError? error)
    {
        Entry = entry;
        Error = error;
    }

    /// <summary>The resource; of a deletion, its last version. Null when the request was refused.</summary>
    public ResourceEntry<T>? Entry { get; }

    /// <summary>The refusal. Null when the request was done.</summary>
    public RegistryError? Error { get; }

    /// <summary>
    /// The version that a write has stored although it is refused: it is not in force here yet, or what belongs to it is not done. Null
    /// when nothing was stored, and when the request was done.
    /// </summary>
    public ResourceEntry<T>? StoredEntry { get; private init; }

    /// <summary>Whether the request created the resource. Default: false.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Gets the entry or the refusal.</summary>
    /// <returns>Whether there is an entry.</returns>
    public bool TryGet([NotNullWhen(true)] out ResourceEntry<T>? entry, [NotNullWhen(false)] out RegistryError? error)
    {
        entry = Entry;
        error = Error;
        return entry is not null;
    }

    internal static RegistryResult<T> Done(ResourceEntry<T> entry, bool isNew = false) => new(entry, null) { IsNew = isNew };

    internal static RegistryResult<T> Stored(ResourceEntry<T> entry, bool isNew, string text) =>
        Refused(RegistryReason.Unavailable, text) with { StoredEntry = entry, IsNew = isNew };

    internal static RegistryResult<T> Refused(RegistryError error) => new(null, error);

    internal static RegistryResult<T> Refused(RegistryReason reason, string text) => new(null, new RegistryError(reason, text));
}
