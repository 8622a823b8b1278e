using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.State;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry;

/// <summary>Finds the subscriptions and event types that are close to an event that no subscription takes.</summary>
/// <param name="snapshot">The configuration.</param>
/// <param name="method">The request's method.</param>
/// <param name="path">The request's path as it was sent.</param>
/// <param name="eventType">The type of the event.</param>
/// <param name="inBatch">Whether it came in a batch, whose events go to async subscriptions only.</param>
internal sealed class NearSubscriptions(RegistrySnapshot snapshot, string method, string path, string eventType, bool inBatch)
{
    private const int MaxPaths = 3;

    // A request waits for the search.
    private const int MaxTypes = 10_000;
    private const int MaxSubscriptions = 10_000;

    /// <summary>Describes what is close.</summary>
    public string Describe(UnmatchedReason reason) => reason switch
    {
        UnmatchedReason.NoType => DescribeType(),
        UnmatchedReason.NoMethod => DescribeMethods(),
        UnmatchedReason.Disabled => DescribeDisabled(),
        _ => DescribePaths(),
    };

    private IEnumerable<Subscription> OfType => snapshot.Spaces.Values
        .SelectMany(static space => space.Subscriptions.After(null))
        .Take(MaxSubscriptions)
        .Select(static entry => entry.Resource)
        .Where(subscription => EventTypeFamily.Includes(subscription.EventType, eventType));

    private string DescribeType()
    {
        if (SystemEventTypes.Contains(eventType) || snapshot.Spaces.Values.Any(space => space.FindEventType(eventType) is not null))
        {
            return "no subscription selects this event type";
        }

        var names = snapshot.Spaces.Values.SelectMany(static space => space.EventTypes.After(null)).Take(MaxTypes).Select(static entry => entry.Id);
        return NearestName.Find(eventType, names) is { } near
            ? $"the event type is not registered; \"{near}\" is"
            : "the event type is not registered";
    }

    private string DescribeMethods()
    {
        var methods = snapshot.Routes.FindMethods(path, eventType, inBatch);
        return methods.Count switch
        {
            0 => "there is one with another method",
            1 => $"there is one with {methods[0]}",
            _ => $"there are some with {string.Join(", ", methods)}",
        };
    }

    private string DescribeDisabled()
    {
        var disabled = OfType.FirstOrDefault(subscription =>
            subscription.Enabled is false && subscription.Method == method && RouteEntry.Takes(subscription, path));
        return disabled is null ? "there is one, which is disabled" : $"there is one, which is disabled (\"{disabled.SubscriptionId}\" in the space {disabled.Space})";
    }

    private string DescribePaths()
    {
        var near = OfType
            .GroupBy(static subscription => (subscription.Method, subscription.Path), static (place, there) => (place.Method, place.Path, Note: Note([.. there])))
            .OrderByDescending(place => CommonEnds(place.Path, path))
            .ThenByDescending(place => place.Method == method)
            .ThenBy(static place => place.Path.Length)
            .ThenBy(static place => place.Path, StringComparer.Ordinal)
            .ThenBy(static place => place.Method, StringComparer.Ordinal)
            .Take(MaxPaths + 1)
            .Select(static place => $"{place.Method} {place.Path}{place.Note}")
            .ToList();
        return near.Count switch
        {
            0 => "there is one on another path",
            1 => $"there is one on {near[0]}",
            <= MaxPaths => $"there are some on {string.Join(", ", near)}",
            _ => $"there are some on {string.Join(", ", near.Take(MaxPaths))} and other paths",
        };
    }

    // Says why the subscriptions of a place do not take the event even there.
    private static string Note(IReadOnlyList<Subscription> there) =>
        there.All(static subscription => subscription.Enabled is false) ? " (disabled)"
        : there.All(static subscription => subscription.Type is SubscriptionType.Sync) ? " (sync)"
        : "";

    // How many characters two texts have in common at both ends, in any case.
    private static int CommonEnds(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var length = Math.Min(one.Length, other.Length);
        var start = 0;
        while (start < length && AreSame(one[start], other[start]))
        {
            start++;
        }

        var end = 0;
        while (end < length - start && AreSame(one[^(end + 1)], other[^(end + 1)]))
        {
            end++;
        }

        return start + end;
    }

    private static bool AreSame(char one, char other) => one == other || char.ToLowerInvariant(one) == char.ToLowerInvariant(other);
}
