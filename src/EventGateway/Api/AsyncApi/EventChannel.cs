namespace EventGateway.Api.AsyncApi;

/// <summary>Where senders of a space can send events: a method and a path that subscriptions have.</summary>
/// <param name="Space">The space of the subscriptions.</param>
/// <param name="Path">The path, as the subscriptions have it.</param>
/// <param name="Method">The HTTP method.</param>
internal sealed record EventChannel(string Space, string Path, string Method)
{
    /// <summary>The event types with the kinds of subscriptions to them, by name.</summary>
    public SortedDictionary<string, SubscriptionKinds> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>The channel's id in the document. No other channel has it, whatever is added or deleted.</summary>
    public string Id { get; } = $"{Identifier.OfPath(Space)}.{Method}{(Path is "/" ? "" : Identifier.OfPath(Path))}";

    /// <summary>Returns the event types that have subscriptions of a kind.</summary>
    public IEnumerable<string> TypesOf(SubscriptionKinds kind) => Types.Where(type => type.Value.HasFlag(kind)).Select(static type => type.Key);
}
