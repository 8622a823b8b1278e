namespace EventGateway.Core.Registry.State;

/// <summary>Counts and indexes of a space, so that no rule has to search through all its resources.</summary>
internal sealed class SpaceUses
{
    private readonly Dictionary<string, HashSet<string>> _subscriptionsOfFunction = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _eventTypesOfAuthorizer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _subscriptionsOfEventType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _subscriptionsOfDeadLetterFunction = new(StringComparer.Ordinal);
    private readonly SharedInstances<DeliverySettings> _settings = new();

    /// <summary>The ids of the subscriptions that call a function.</summary>
    public IReadOnlyCollection<string> SubscriptionsOf(string functionId) =>
        _subscriptionsOfFunction.TryGetValue(functionId, out var ids) ? ids : [];

    /// <summary>An event type that asks a function for authorization, the last by name. Not set: none does.</summary>
    public string? AuthorizedBy(string functionId) =>
        _eventTypesOfAuthorizer.TryGetValue(functionId, out var names) ? names.Max : null;

    public bool IsSubscribed(string eventType) => _subscriptionsOfEventType.ContainsKey(eventType);

    /// <summary>Whether a subscription names a function for its dead letters.</summary>
    public bool TakesDeadLetters(string functionId) => _subscriptionsOfDeadLetterFunction.ContainsKey(functionId);

    /// <summary>The instance of equal settings that subscriptions have already, or the given one.</summary>
    public DeliverySettings Share(DeliverySettings settings) => _settings.Find(settings) ?? settings;

    public void Add(Subscription subscription)
    {
        Add(_subscriptionsOfFunction, subscription.FunctionId, subscription.SubscriptionId);
        Count(_subscriptionsOfEventType, subscription.EventType, 1);
        if (subscription.Delivery is { } settings)
        {
            _settings.Add(settings);
            if (settings.DeadLetterFunctionId is { } functionId)
            {
                Count(_subscriptionsOfDeadLetterFunction, functionId, 1);
            }
        }
    }

    public void Remove(Subscription subscription)
    {
        Remove(_subscriptionsOfFunction, subscription.FunctionId, subscription.SubscriptionId);
        Count(_subscriptionsOfEventType, subscription.EventType, -1);
        if (subscription.Delivery is { } settings)
        {
            _settings.Remove(settings);
            if (settings.DeadLetterFunctionId is { } functionId)
            {
                Count(_subscriptionsOfDeadLetterFunction, functionId, -1);
            }
        }
    }

    public void Add(EventType eventType)
    {
        if (eventType.AuthorizerId is { } functionId)
        {
            Add(_eventTypesOfAuthorizer, functionId, eventType.Name);
        }
    }

    public void Remove(EventType eventType)
    {
        if (eventType.AuthorizerId is { } functionId)
        {
            Remove(_eventTypesOfAuthorizer, functionId, eventType.Name);
        }
    }

    private static void Count(Dictionary<string, int> index, string key, int change)
    {
        var count = index.GetValueOrDefault(key) + change;
        if (count > 0)
        {
            index[key] = count;
        }
        else
        {
            index.Remove(key);
        }
    }

    private static void Add<TSet>(Dictionary<string, TSet> index, string key, string value)
        where TSet : ISet<string>, new()
    {
        if (!index.TryGetValue(key, out var values))
        {
            index[key] = values = new TSet();
        }

        values.Add(value);
    }

    private static void Remove<TSet>(Dictionary<string, TSet> index, string key, string value)
        where TSet : ISet<string>, new()
    {
        if (index.TryGetValue(key, out var values) && values.Remove(value) && values.Count == 0)
        {
            index.Remove(key);
        }
    }
}
