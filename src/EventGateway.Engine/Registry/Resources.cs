using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Registry.Validators;

namespace EventGateway.Engine.Registry;

/// <summary>All resources of one kind: read from memory, checked by a validator and written to the config store.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public sealed class Resources<T>
    where T : class, IResource
{
    private readonly GatewayRegistry _registry;
    private readonly ResourceValidator<T> _validator;

    internal Resources(GatewayRegistry registry, ResourceValidator<T> validator)
    {
        _registry = registry;
        _validator = validator;
    }

    /// <summary>The fields that make the id of a resource, so that a patch cannot remove them.</summary>
    public IReadOnlyList<string> IdFields => _validator.IdFields;

    /// <summary>Reads one resource.</summary>
    /// <returns>The entry, or a refusal: <see cref="RegistryReason.NotFound"/>.</returns>
    public RegistryResult<T> Get(string space, string id) =>
        _validator.In(_registry.Snapshot.Space(space)).Find(id) is { } entry
            ? RegistryResult<T>.Done(entry)
            : RegistryResult<T>.Refused(_validator.NotFound(id));

    /// <summary>Lists the resources of a space; a space that does not exist has none.</summary>
    public ResourcePage<T> List(string space, ResourceQuery query)
    {
        var snapshot = _registry.Snapshot;
        var entries = _validator.In(snapshot.Space(space));
        var limit = query.Limit ?? int.MaxValue;
        var found = new List<ResourceEntry<T>>();
        foreach (var entry in entries.After(query.After))
        {
            if (!HasLabels(entry.Resource, query.Metadata))
            {
                continue;
            }

            if (found.Count == limit)
            {
                return new ResourcePage<T>(found, More: true, snapshot.Revision);
            }

            found.Add(entry);
        }

        return new ResourcePage<T>(found, More: false, snapshot.Revision);
    }

    /// <summary>Creates a resource.</summary>
    /// <param name="body">The resource as a JSON object in UTF-8.</param>
    /// <param name="conditions">The conditions on a resource that has the same id.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The new resource, in force; or a refusal.</returns>
    public ValueTask<RegistryResult<T>> CreateAsync(
        string space, ReadOnlyMemory<byte> body, RevisionConditions conditions, CancellationToken cancellationToken) =>
        Read(space, null, body, out var error) is { } draft
            ? _registry.WriteAsync(
                _validator,
                _ =>
                {
                    var prepared = Prepare(draft, null);
                    return snapshot => PlanCreate(snapshot, prepared, conditions);
                },
                cancellationToken)
            : ValueTask.FromResult(RegistryResult<T>.Refused(error!));

    /// <summary>Replaces a resource, or creates it when the conditions ask for that.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="body">The whole resource as a JSON object in UTF-8; ids in it are ignored.</param>
    /// <param name="conditions">The conditions on the resource that is there.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The new version, in force; or a refusal.</returns>
    public ValueTask<RegistryResult<T>> UpdateAsync(
        string space, string id, ReadOnlyMemory<byte> body, RevisionConditions conditions, CancellationToken cancellationToken) =>
        Read(space, id, body, out var error) is { } draft
            ? _registry.WriteAsync(
                _validator,
                before =>
                {
                    var prepared = Prepare(draft, _validator.In(before.Space(space)).Find(id));
                    return snapshot => PlanUpdate(snapshot, prepared, conditions);
                },
                cancellationToken)
            : ValueTask.FromResult(RegistryResult<T>.Refused(error!));

    /// <summary>Changes the fields of a resource that a JSON merge patch names (RFC 7396).</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="patch">The patch as a JSON object in UTF-8. Null removes a field.</param>
    /// <param name="conditions">The conditions on the resource that is there.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The new version, in force; or a refusal. The patch is applied to the latest version, whatever is written meanwhile.</returns>
    public ValueTask<RegistryResult<T>> PatchAsync(
        string space, string id, ReadOnlyMemory<byte> patch, RevisionConditions conditions, CancellationToken cancellationToken)
    {
        var errors = _validator.NewErrors(_registry.IgnoresUnknown);
        if (MergePatch.Read(patch, errors) is not { } changes)
        {
            return ValueTask.FromResult(RegistryResult<T>.Refused(errors.ToError()));
        }

        return _registry.WriteAsync<T>(
            _validator,
            before =>
            {
                if (_validator.In(before.Space(space)).Find(id) is not { } current)
                {
                    return snapshot => _validator.In(snapshot.Space(space)).Find(id) is null
                        ? WritePlan<T>.Refuse(_validator.NotFound(id))
                        : WritePlan<T>.Outdated;
                }

                var prepared = Prepare(current, changes);
                return snapshot => PlanUpdate(snapshot, prepared, conditions);
            },
            cancellationToken);
    }

    /// <summary>Deletes a resource.</summary>
    /// <param name="id">The resource's id.</param>
    /// <param name="conditions">The conditions on the resource.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The resource as it was; or a refusal.</returns>
    public ValueTask<RegistryResult<T>> DeleteAsync(
        string space, string id, RevisionConditions conditions, CancellationToken cancellationToken) =>
        _registry.WriteAsync(_validator, _ => snapshot => PlanDelete(snapshot, space, id, conditions), cancellationToken);

    /// <summary>Changes a resource.</summary>
    /// <param name="conditions">The conditions on the resource.</param>
    /// <param name="isChecked">Whether the changed resource is checked against the configuration, as after an update. Its fields are not.</param>
    /// <param name="change">
    /// Returns the changed resource, or why it cannot be changed. Called in the turn of the write, so it must be quick. Called again when
    /// another instance was faster.
    /// </param>
    internal ValueTask<RegistryResult<T>> ChangeAsync(
        string space,
        string id,
        RevisionConditions conditions,
        bool isChecked,
        Func<T, (T? Changed, RegistryError? Error)> change,
        CancellationToken cancellationToken) =>
        _registry.WriteAsync(_validator, _ => snapshot => PlanChange(snapshot, space, id, conditions, isChecked, change), cancellationToken);

    /// <summary>Returns the JSON Schema (2020-12) of the bodies that create a resource: the fields that are read.</summary>
    public JsonObject DescribeBody() => JsonFields.Describe(fields => _validator.Read(fields, "space", null));

    /// <summary>Writes the JSON that the API answers: secrets are masked.</summary>
    public byte[] ToJson(T resource) => _validator.Show(resource);

    private static bool HasLabels(T resource, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (name, value) in labels)
        {
            if (resource.Metadata is not { } metadata || !metadata.TryGetValue(name, out var actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }

    private T? Read(string space, string? id, ReadOnlyMemory<byte> body, out RegistryError? error)
    {
        var errors = _validator.NewErrors(_registry.IgnoresUnknown);
        T? draft = null;
        if (RequestBody.TryParse(body, errors, out var document))
        {
            using (document)
            {
                var fields = new JsonFields(document.RootElement, "", errors);
                draft = _validator.Read(fields, space, id);
                fields.RefuseUnknown();
            }
        }

        error = errors.Any ? errors.ToError() : null;
        return errors.Any ? null : draft;
    }

    // Runs before the write has its turn, because completing the settings of a function may take milliseconds.
    private PreparedDraft<T> Prepare(T draft, ResourceEntry<T>? stored)
    {
        var error = _validator.Complete(draft, stored?.Resource, out var completed);
        return new PreparedDraft<T>(completed, error, error is not null || !ReferenceEquals(completed, draft), stored?.Revision);
    }

    // The patch is applied to what a client reads. The masks in it stand for the stored secrets, as in the body of an update.
    private PreparedDraft<T> Prepare(ResourceEntry<T> stored, JsonElement patch)
    {
        var errors = _validator.NewErrors();
        foreach (var field in IdFields.Where(new JsonFields(patch, "", errors).IsNull))
        {
            errors.Add(field, "null; a patch cannot remove this field.");
        }

        var patched = MergePatch.Apply(JsonElement.Parse(_validator.Show(stored.Resource)), patch, errors);
        var error = errors.Any ? errors.ToError() : null;
        return error is null && Read(stored.Resource.Space, stored.Id, patched, out error) is { } draft
            ? Prepare(draft, stored) with { ReliesOnStored = true }
            : new PreparedDraft<T>(stored.Resource, error, ReliesOnStored: true, stored.Revision);
    }

    private WritePlan<T> PlanCreate(RegistrySnapshot snapshot, PreparedDraft<T> prepared, RevisionConditions conditions)
    {
        var resource = prepared.Resource;
        var current = _validator.In(snapshot.Space(resource.Space)).Find(resource.Id);
        if (conditions.Refuse(current?.Revision) is { } conflict)
        {
            return WritePlan<T>.Refuse(conflict);
        }

        return current is null ? PlanCreate(snapshot, prepared) : WritePlan<T>.Refuse(_validator.AlreadyExists(resource.Id));
    }

    private WritePlan<T> PlanCreate(RegistrySnapshot snapshot, PreparedDraft<T> prepared)
    {
        var error = prepared.Error ?? _validator.CheckCreate(snapshot, prepared.Resource);
        return error is null ? new WritePlan<T>(WriteVerb.Create, _validator.Stamp(prepared.Resource, null), 0, null) : WritePlan<T>.Refuse(error);
    }

    private WritePlan<T> PlanUpdate(RegistrySnapshot snapshot, PreparedDraft<T> prepared, RevisionConditions conditions)
    {
        var resource = prepared.Resource;
        var current = _validator.In(snapshot.Space(resource.Space)).Find(resource.Id);
        if (current is null && !conditions.AllowCreation)
        {
            return WritePlan<T>.Refuse(_validator.NotFound(resource.Id));
        }

        if (prepared.IsOutdated(current))
        {
            return WritePlan<T>.Outdated;
        }

        if (conditions.Refuse(current?.Revision) is { } conflict)
        {
            return WritePlan<T>.Refuse(conflict);
        }

        if (current is null)
        {
            return _validator.CheckId(resource) is { } wrong ? WritePlan<T>.Refuse(wrong) : PlanCreate(snapshot, prepared);
        }

        return (prepared.Error ?? _validator.CheckUpdate(snapshot, current.Resource, resource)) is { } error
            ? WritePlan<T>.Refuse(error)
            : new WritePlan<T>(WriteVerb.Update, _validator.Stamp(resource, current.Resource), current.Revision, null) { Replaced = current.Resource };
    }

    private WritePlan<T> PlanChange(
        RegistrySnapshot snapshot,
        string space,
        string id,
        RevisionConditions conditions,
        bool isChecked,
        Func<T, (T? Changed, RegistryError? Error)> change)
    {
        if (_validator.In(snapshot.Space(space)).Find(id) is not { } current)
        {
            return WritePlan<T>.Refuse(_validator.NotFound(id));
        }

        if (conditions.Refuse(current.Revision) is { } conflict)
        {
            return WritePlan<T>.Refuse(conflict);
        }

        var (changed, error) = change(current.Resource);
        error ??= isChecked ? _validator.CheckUpdate(snapshot, current.Resource, changed!) : null;
        return error is null ? new WritePlan<T>(WriteVerb.Update, changed, current.Revision, null) : WritePlan<T>.Refuse(error);
    }

    private WritePlan<T> PlanDelete(RegistrySnapshot snapshot, string space, string id, RevisionConditions conditions)
    {
        if (_validator.In(snapshot.Space(space)).Find(id) is not { } current)
        {
            return WritePlan<T>.Refuse(_validator.NotFound(id));
        }

        return (_validator.CheckDelete(snapshot, current.Resource) ?? conditions.Refuse(current.Revision)) is { } error
            ? WritePlan<T>.Refuse(error)
            : new WritePlan<T>(WriteVerb.Delete, current.Resource, current.Revision, null);
    }
}
