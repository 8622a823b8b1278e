using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    /// <summary>The spaces that hold something, by name.</summary>
    public IReadOnlyList<SpaceSummary> ListSpaces()
    {
        var spaces = _snapshot.Spaces;
        var summaries = new List<SpaceSummary>(spaces.Count);
        foreach (var (_, space) in spaces)
        {
            summaries.Add(space.Summarize());
        }

        return summaries;
    }

    /// <summary>Whether a space holds something.</summary>
    public bool HasSpace(string name) => _snapshot.Spaces.ContainsKey(name);

    /// <summary>Returns the number of resources of a space. Null when it holds nothing.</summary>
    public SpaceSummary? FindSpace(string name) => _snapshot.Spaces.GetValueOrDefault(name)?.Summarize();

    /// <summary>
    /// Deletes all resources of a space in one write, and drops the waiting deliveries of its subscriptions. A resource that is
    /// created meanwhile is deleted too, or is created after it.
    /// </summary>
    /// <param name="name">The space.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The deleted resources, or the refusal: <see cref="RegistryReason.NotFound"/> for a space that holds nothing.</returns>
    public async ValueTask<SpaceDeletion> DeleteSpaceAsync(string name, CancellationToken cancellationToken) =>
        await InTurnAsync(
            async () =>
            {
                for (var attempt = 0; attempt < MaxAttempts; attempt++)
                {
                    _stopping.Token.ThrowIfCancellationRequested();
                    if (await TryDeleteSpaceAsync(name, _snapshot) is { } result)
                    {
                        return result;
                    }
                }

                return SpaceDeletion.Refused(RegistryReason.Unavailable, "Other writes keep changing this space; try again.");
            },
            static text => SpaceDeletion.Refused(RegistryReason.Unavailable, text),
            cancellationToken);

    // Returns null when another instance was faster. Its write is in force then.
    private async ValueTask<SpaceDeletion?> TryDeleteSpaceAsync(string name, RegistrySnapshot snapshot)
    {
        if (!snapshot.Spaces.TryGetValue(name, out var space))
        {
            return SpaceDeletion.Refused(RegistryReason.NotFound, $"Space \"{name}\" not found.");
        }

        var subscriptions = space.Subscriptions.After(null).Select(static entry => entry.Resource).ToList();
        var written = await DeleteAsync(subscriptions, () => _store.DeleteAllAsync(ListEntries(space), _stopping.Token));
        if (written.Status is ConfigWriteStatus.Conflict)
        {
            return await WaitUntilInForceAsync(Math.Max(written.Revision, snapshot.Revision + 1))
                ? null
                : SpaceDeletion.Refused(RegistryReason.Unavailable, "The space was changed elsewhere, and the change has not arrived yet; try again.");
        }

        var isInForce = await WaitUntilInForceAsync(written.Revision);
        if (!await TryDropAsync([.. subscriptions.Select(SubscriptionDeletion.Of)]))
        {
            return SpaceDeletion.Refused(
                RegistryReason.Unavailable, "The space is deleted. Its waiting deliveries are dropped as soon as the delivery store can be written.") with
            { Revision = written.Revision };
        }

        return isInForce
            ? new SpaceDeletion(space.Summarize(), null) { Revision = written.Revision }
            : SpaceDeletion.Refused(RegistryReason.Unavailable, "The space is deleted, but this instance does not know it yet.") with { Revision = written.Revision };
    }

    // In this order, no resource is there without those that it names.
    private static List<ConfigRevision> ListEntries(SpaceState space) =>
    [
        .. ListEntries(space.Name, ConfigKind.Subscription, space.Subscriptions),
        .. ListEntries(space.Name, ConfigKind.Cors, space.Cors),
        .. ListEntries(space.Name, ConfigKind.EventType, space.EventTypes),
        .. ListEntries(space.Name, ConfigKind.Function, space.Functions),
    ];

    private static IEnumerable<ConfigRevision> ListEntries<T>(string space, ConfigKind kind, SortedEntries<T> entries)
        where T : class, IResource =>
        entries.After(null).Select(entry => new ConfigRevision(new ConfigKey(space, kind, entry.Id), entry.Revision));
}
