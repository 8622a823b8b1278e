using System.Collections.Immutable;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry.State;

/// <summary>Counts and indexes of a space, so that no check has to search through all its resources. Immutable.</summary>
internal sealed record SpaceUses
{
    // Sorted ones take less memory than hashed ones.
    private static readonly ImmutableSortedDictionary<string, ImmutableSortedSet<string>> NoIds =
        ImmutableSortedDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    private static readonly ImmutableSortedDictionary<string, int> NoCounts = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    private ImmutableSortedDictionary<string, ImmutableSortedSet<string>> _subscriptionsOfFunction = NoIds;
    private ImmutableSortedDictionary<string, ImmutableSortedSet<string>> _eventTypesOfAuthorizer = NoIds;
    private ImmutableSortedDictionary<string, int> _subscriptionsOfDeadLetterFunction = NoCounts;

    // A HashTrie of TypeCount: there may be as many types as subscriptions.
    private object? _subscriptionsOfEventType;
    private object? _families;
    private SharedInstances<DeliverySettings> _settings = SharedInstances<DeliverySettings>.None;

    private SpaceUses()
    {
    }

    /// <summary>Nothing is used.</summary>
    public static SpaceUses None { get; } = new();

    /// <summary>How many event types have a window for duplicates, above zero.</summary>
    public int DedupWindows { get; private init; }

    /// <summary>The ids of the subscriptions that call a function.</summary>
    public IReadOnlyCollection<string> SubscriptionsOf(string functionId) =>
        _subscriptionsOfFunction.TryGetValue(functionId, out var ids) ? ids : [];

    /// <summary>Returns an event type that has a function as its authorizer, the last by name. Null when there is no such type.</summary>
    public string? AuthorizedBy(string functionId) =>
        _eventTypesOfAuthorizer.TryGetValue(functionId, out var names) ? names.Max : null;

    /// <summary>Whether subscriptions select an event type.</summary>
    public bool IsSubscribed(string eventType) => TypeCount.Has(_subscriptionsOfEventType, eventType);

    /// <summary>The registered families that include an event type, the longest first, without one of the same name.</summary>
    public IncludingFamilies FamiliesOf(string type) => new(_families, type);

    /// <summary>Whether a subscription names a function for its dead letters.</summary>
    public bool TakesDeadLetters(string functionId) => _subscriptionsOfDeadLetterFunction.ContainsKey(functionId);

    /// <summary>Returns the instance of equal settings that subscriptions have already, or the given one.</summary>
    public DeliverySettings Share(DeliverySettings settings) => _settings.Find(settings) ?? settings;

    /// <summary>The uses with those of one more subscription.</summary>
    public SpaceUses With(Subscription subscription) => this with
    {
        _subscriptionsOfFunction = Add(_subscriptionsOfFunction, subscription.FunctionId, subscription.SubscriptionId),
        _subscriptionsOfEventType = TypeCount.Count(_subscriptionsOfEventType, subscription.EventType, 1),
        _subscriptionsOfDeadLetterFunction = Count(_subscriptionsOfDeadLetterFunction, subscription.Delivery?.DeadLetterFunctionId, 1),
        _settings = subscription.Delivery is { } settings ? _settings.With(settings) : _settings,
    };

    /// <summary>The uses without those of a subscription.</summary>
    public SpaceUses Without(Subscription subscription) => this with
    {
        _subscriptionsOfFunction = Remove(_subscriptionsOfFunction, subscription.FunctionId, subscription.SubscriptionId),
        _subscriptionsOfEventType = TypeCount.Count(_subscriptionsOfEventType, subscription.EventType, -1),
        _subscriptionsOfDeadLetterFunction = Count(_subscriptionsOfDeadLetterFunction, subscription.Delivery?.DeadLetterFunctionId, -1),
        _settings = subscription.Delivery is { } settings ? _settings.Without(settings) : _settings,
    };

    /// <summary>The uses with those of one more event type.</summary>
    public SpaceUses With(EventType eventType)
    {
        var uses = EventTypeFamily.Is(eventType.Name) ? this with { _families = FamilyNames.With(_families, eventType.Name) } : this;
        uses = HasWindow(eventType) ? uses with { DedupWindows = uses.DedupWindows + 1 } : uses;
        return eventType.AuthorizerId is { } functionId
            ? uses with { _eventTypesOfAuthorizer = Add(_eventTypesOfAuthorizer, functionId, eventType.Name) }
            : uses;
    }

    /// <summary>The uses without those of an event type.</summary>
    public SpaceUses Without(EventType eventType)
    {
        var uses = EventTypeFamily.Is(eventType.Name) ? this with { _families = FamilyNames.Without(_families, eventType.Name) } : this;
        uses = HasWindow(eventType) ? uses with { DedupWindows = uses.DedupWindows - 1 } : uses;
        return eventType.AuthorizerId is { } functionId
            ? uses with { _eventTypesOfAuthorizer = Remove(_eventTypesOfAuthorizer, functionId, eventType.Name) }
            : uses;
    }

    private static bool HasWindow(EventType eventType) => eventType.DedupWindow > TimeSpan.Zero;

    private static ImmutableSortedDictionary<string, int> Count(ImmutableSortedDictionary<string, int> index, string? key, int change)
    {
        if (key is null)
        {
            return index;
        }

        var count = index.GetValueOrDefault(key) + change;
        return count > 0 ? index.SetItem(key, count) : index.Remove(key);
    }

    private static ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Add(
        ImmutableSortedDictionary<string, ImmutableSortedSet<string>> index, string key, string value) =>
        index.SetItem(key, index.TryGetValue(key, out var values) ? values.Add(value) : ImmutableSortedSet.Create(StringComparer.Ordinal, value));

    private static ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Remove(
        ImmutableSortedDictionary<string, ImmutableSortedSet<string>> index, string key, string value)
    {
        if (!index.TryGetValue(key, out var values))
        {
            return index;
        }

        values = values.Remove(value);
        return values.IsEmpty ? index.Remove(key) : index.SetItem(key, values);
    }
}
