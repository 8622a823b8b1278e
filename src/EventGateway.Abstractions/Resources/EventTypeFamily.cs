namespace EventGateway.Abstractions.Resources;

/// <summary>
/// Families of event types: <c>invoice.*</c> stands for every type that begins with <c>invoice.</c>. A family is registered like any other
/// event type. Subscriptions to it take the events of all these types.
/// </summary>
public static class EventTypeFamily
{
    /// <summary>
    /// How many segments a family can have before the <c>*</c>. Senders choose the types of events, so this bounds how many families are
    /// looked up for one with many dots.
    /// </summary>
    public const int MaxSegments = 16;

    private const string End = ".*";

    /// <summary>Returns whether an event type is a family.</summary>
    public static bool Is(string eventType)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        return eventType.EndsWith(End, StringComparison.Ordinal);
    }

    /// <summary>Returns whether a subscription takes events of a type: it names the type, or a family that includes the type.</summary>
    /// <param name="selected">The event type of the subscription.</param>
    /// <param name="type">The type of the event, as it was sent: <c>*</c> has no meaning there.</param>
    public static bool Includes(string selected, string type) =>
        selected == type || (Is(selected) && type.AsSpan().StartsWith(PrefixOf(selected), StringComparison.Ordinal));

    /// <summary>The text that the types of a family begin with: <c>invoice.</c> of <c>invoice.*</c>.</summary>
    public static ReadOnlySpan<char> PrefixOf(string family) => family.AsSpan(0, family.Length - 1);

    /// <summary>The prefix of the longest family that can include a type. Empty when none can: the type has no dot.</summary>
    public static ReadOnlySpan<char> LongestPrefixOf(ReadOnlySpan<char> type)
    {
        var length = 0;
        for (var segments = 0; segments < MaxSegments && type[length..].IndexOf('.') is var dot and >= 0; segments++)
        {
            length += dot + 1;
        }

        return type[..length];
    }

    /// <summary>The prefix of the next shorter family that includes the types of a family. Empty when there is none.</summary>
    /// <param name="prefix">The prefix of the family, not empty.</param>
    public static ReadOnlySpan<char> ShorterPrefixOf(ReadOnlySpan<char> prefix) => prefix[..(prefix[..^1].LastIndexOf('.') + 1)];
}
