using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Validators;

/// <summary>Applies changes of the store to the configuration, whatever the kind of resource.</summary>
internal interface IResourceValidator
{
    /// <summary>Returns the configuration with all stored resources of this kind in a space that had none of them.</summary>
    /// <param name="snapshot">The configuration without them.</param>
    /// <param name="entries">The stored resources.</param>
    /// <param name="onUnreadable">Called for each resource that cannot be read. It is left out.</param>
    RegistrySnapshot Load(RegistrySnapshot snapshot, string spaceName, IEnumerable<ConfigEntry> entries, Action<ConfigKey, Exception> onUnreadable);

    /// <summary>Returns the configuration after a write that the store has taken.</summary>
    /// <param name="snapshot">The configuration before it.</param>
    /// <param name="key">What was written.</param>
    /// <param name="stored">The resource now. Null means that it was deleted.</param>
    /// <param name="revision">The revision of the write.</param>
    /// <exception cref="JsonException">The stored document cannot be read.</exception>
    RegistrySnapshot Apply(RegistrySnapshot snapshot, ConfigKey key, ReadOnlyMemory<byte>? stored, long revision);
}

/// <summary>Reads, checks, writes and applies resources of one kind.</summary>
internal abstract class ResourceValidator<T>(ConfigKind kind, JsonTypeInfo<T> json, string label, string taken = "already exists.")
    : IResourceValidator
    where T : class, IResource
{
    public ConfigKind Kind { get; } = kind;

    public ValidationErrors NewErrors(bool ignoresUnknown = false) => new($"{label} doesn't validate. Validation error: ", ignoresUnknown);

    public RegistryError NotFound(string id) => new(RegistryReason.NotFound, $"{label} \"{id}\" not found.");

    public RegistryError AlreadyExists(string id) => new(RegistryReason.AlreadyExists, $"{label} \"{id}\" {taken}");

    /// <summary>The fields that make the id. A patch cannot remove them, although the body of an update may leave some of them out.</summary>
    public abstract IReadOnlyList<string> IdFields { get; }

    /// <summary>The resources of this kind in a space.</summary>
    public abstract SortedEntries<T> In(SpaceState space);

    /// <summary>Reads a request body and reports every error in it.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="space">The space, from the URL.</param>
    /// <param name="id">The id, from the URL of an update. Null for a new resource: its id comes from the body.</param>
    /// <returns>The resource, or null when there are errors.</returns>
    public abstract T? Read(JsonFields fields, string space, string? id);

    /// <summary>Checks the id of a new resource that comes from a URL. Default: <see cref="Read"/> has checked it.</summary>
    public virtual RegistryError? CheckId(T draft) => null;

    /// <summary>Completes a resource with secrets of the stored one. Called outside the turn of a write, so it may take a while.</summary>
    /// <param name="draft">The resource as it was sent.</param>
    /// <param name="current">The resource that it replaces. Null for a new resource.</param>
    /// <param name="completed">The resource to store: <paramref name="draft"/> itself when it takes over nothing.</param>
    /// <returns>Null when the resource is complete, or the refusal.</returns>
    public virtual RegistryError? Complete(T draft, T? current, out T completed)
    {
        completed = draft;
        return null;
    }

    /// <summary>Sets the fields of a resource that the gateway itself sets. Must be quick, because other writes wait.</summary>
    /// <param name="draft">The resource, which is valid.</param>
    /// <param name="current">The resource that it replaces. Null for a new resource.</param>
    public virtual T Stamp(T draft, T? current) => draft;

    /// <summary>Checks a new resource against the configuration. Its id is free. Must be quick, because other writes wait.</summary>
    public virtual RegistryError? CheckCreate(RegistrySnapshot snapshot, T draft) => null;

    /// <summary>Checks a resource that replaces another. Must be quick, because other writes wait.</summary>
    public virtual RegistryError? CheckUpdate(RegistrySnapshot snapshot, T current, T draft) => null;

    /// <summary>Checks whether a resource may be deleted.</summary>
    public virtual RegistryError? CheckDelete(RegistrySnapshot snapshot, T current) => null;

    /// <summary>Writes the JSON that is stored.</summary>
    public byte[] Write(T resource) => JsonSerializer.SerializeToUtf8Bytes(resource, json);

    /// <summary>Writes the JSON that is answered, without secrets.</summary>
    public virtual byte[] Show(T resource) => Write(resource);

    // Adding the entries one by one would copy a part of the sorted entries for each of them.
    public RegistrySnapshot Load(
        RegistrySnapshot snapshot, string spaceName, IEnumerable<ConfigEntry> entries, Action<ConfigKey, Exception> onUnreadable)
    {
        var space = snapshot.Space(spaceName);
        var loaded = new List<ResourceEntry<T>>();
        foreach (var entry in entries)
        {
            try
            {
                var resource = Restore(entry.Json.Span, entry.Key, space);
                loaded.Add(new ResourceEntry<T>(resource, entry.Revision));
                space = space with { Uses = Index(space.Uses, null, resource) };
            }
            catch (Exception exception) when (exception is JsonException or FormatException)
            {
                onUnreadable(entry.Key, exception);
            }
        }

        space = With(space, SortedEntries<T>.Of(loaded));
        snapshot = snapshot.With(space);
        foreach (var entry in loaded)
        {
            snapshot = Relate(snapshot, space, null, entry.Resource);
        }

        return snapshot;
    }

    public RegistrySnapshot Apply(RegistrySnapshot snapshot, ConfigKey key, ReadOnlyMemory<byte>? stored, long revision)
    {
        var space = snapshot.Space(key.Space);
        var entries = In(space);
        var before = entries.Find(key.Id);
        var now = stored is { } document ? Restore(document.Span, key, space) : null;
        space = With(space, now is null ? entries.Without(key.Id) : entries.With(new ResourceEntry<T>(now, revision)));
        space = space with { Uses = Index(space.Uses, before?.Resource, now) };
        return Relate(snapshot.With(space), space, before?.Resource, now);
    }

    /// <summary>The space with other resources of this kind.</summary>
    protected abstract SpaceState With(SpaceState space, SortedEntries<T> entries);

    /// <summary>Completes a resource that was read from the store. Texts that the space has already are shared.</summary>
    protected abstract T Restore(T stored, ConfigKey key, SpaceState space);

    /// <summary>Returns the indexes of a space after a change. Default: they do not depend on this kind of resource.</summary>
    protected virtual SpaceUses Index(SpaceUses uses, T? before, T? now) => uses;

    /// <summary>Returns the snapshot with new routes. Its spaces contain the change already. Default: routes do not depend on this kind of resource.</summary>
    protected virtual RegistrySnapshot Relate(RegistrySnapshot snapshot, SpaceState space, T? before, T? now) => snapshot;

    private T Restore(ReadOnlySpan<byte> stored, ConfigKey key, SpaceState space) =>
        Restore(JsonSerializer.Deserialize(stored, json) ?? throw new JsonException("null"), key, space);

    /// <summary>Returns an error when the id in a URL is not the one that the fields of the body make.</summary>
    protected RegistryError? CheckId(string field, string id, string made)
    {
        return id == made ? null : ErrorOf(field, $"\"{id}\" in the URL; the fields of the body make \"{made}\", and only this id is accepted.");
    }

    /// <summary>Returns an error about a field.</summary>
    protected RegistryError ErrorOf(string field, string problem)
    {
        var errors = NewErrors();
        errors.Add(field, problem);
        return errors.ToError();
    }

    protected static RegistryError? Refusal(List<string> texts) =>
        texts.Count == 0 ? null : new RegistryError(RegistryReason.Invalid, texts);
}
