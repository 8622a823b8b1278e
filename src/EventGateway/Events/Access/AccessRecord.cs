namespace EventGateway.Events.Access;

/// <summary>The facts about a request that only its routing knows.</summary>
internal sealed class AccessRecord
{
    // A batch may have many types, and an event may go to many spaces.
    private const int MaxNames = 4;

    private readonly List<string> _types = [];
    private readonly List<string> _spaces = [];

    /// <summary>The number of subscriptions that get the events.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>The types of the events, separated by commas; after the fourth an ellipsis. Null when there is no event.</summary>
    public string? EventTypes => Join(_types);

    /// <summary>The spaces of the subscriptions, in the same form. Null when there are none.</summary>
    public string? Spaces => Join(_spaces);

    /// <summary>Adds an event.</summary>
    public void AddType(string type) => Add(_types, type);

    /// <summary>Adds a subscription.</summary>
    /// <param name="space">Its space.</param>
    public void AddSubscription(string space)
    {
        Subscriptions++;
        Add(_spaces, space);
    }

    private static void Add(List<string> names, string name)
    {
        if (names.Count <= MaxNames && !names.Contains(name, StringComparer.Ordinal))
        {
            names.Add(name);
        }
    }

    private static string? Join(List<string> names) =>
        names.Count == 0 ? null
        : names.Count > MaxNames ? string.Join(',', names.Take(MaxNames)) + ",…"
        : string.Join(',', names);
}
