using EventGateway.Abstractions.Resources;

namespace EventGateway.Tests.Engine.Routing;

/// <summary>What families of event types mean, said as simply as possible, for comparing.</summary>
internal static class NaiveTypes
{
    public static bool Includes(Subscription subscription, string type) =>
        subscription.EventType == type || (subscription.EventType.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(subscription.EventType[..^1], StringComparison.Ordinal));

    /// <summary>Orders the subscriptions that take the same event: the first sync one answers.</summary>
    public static string Rank(Subscription subscription, string type) =>
        subscription.EventType == type ? "a" : "b" + (char)(char.MaxValue - subscription.EventType.Length);

    /// <summary>Orders sync subscriptions by type, then by path.</summary>
    public static Subscription? First(IEnumerable<Subscription> taking, string type) => taking
        .Where(static subscription => subscription.Type is SubscriptionType.Sync)
        .OrderBy(subscription => Rank(subscription, type), StringComparer.Ordinal)
        .ThenBy(NaivePaths.Rank, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>The async subscriptions in the order of a match.</summary>
    public static IEnumerable<Subscription> Async(IEnumerable<Subscription> taking) => taking
        .Where(static subscription => subscription.Type is SubscriptionType.Async)
        .OrderBy(static subscription => subscription.Space, StringComparer.Ordinal)
        .ThenBy(static subscription => subscription.SubscriptionId, StringComparer.Ordinal);
}
