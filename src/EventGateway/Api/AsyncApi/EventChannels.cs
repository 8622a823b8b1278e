using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Api.AsyncApi;

/// <summary>
/// The channels of a document. Subscriptions with the same space, method, path and event type are one message of one channel, however
/// many functions they call.
/// </summary>
internal sealed class EventChannels
{
    /// <summary>The largest number of messages in a document: event types, counted on each channel.</summary>
    public const int MaxMessages = 10_000;

    private readonly Dictionary<(string Space, string Path, string Method), EventChannel> _channels = [];
    private int _messages;

    /// <summary>The channels, by space, path and method.</summary>
    public IEnumerable<EventChannel> All => _channels.Values
        .OrderBy(static channel => channel.Space, StringComparer.Ordinal)
        .ThenBy(static channel => channel.Path, StringComparer.Ordinal)
        .ThenBy(static channel => channel.Method, StringComparer.Ordinal);

    /// <summary>The event types of all channels, by name.</summary>
    public IEnumerable<string> Types => _channels.Values.SelectMany(static channel => channel.Types.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Whether a sync subscription answers senders on one of them.</summary>
    public bool HaveAnswers => _channels.Values.Any(static channel => channel.TypesOf(SubscriptionKinds.Sync).Any());

    /// <summary>
    /// Adds what a subscription takes. A disabled subscription takes nothing, and one to system events takes nothing that a sender may
    /// send.
    /// </summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryAdd(Subscription subscription)
    {
        if (subscription.Enabled is false || GatewayEvents.IsSystemType(subscription.EventType))
        {
            return true;
        }

        var key = (subscription.Space, subscription.Path, subscription.Method);
        if (!_channels.TryGetValue(key, out var channel))
        {
            _channels.Add(key, channel = new EventChannel(subscription.Space, subscription.Path, subscription.Method));
        }

        var kind = subscription.Type is SubscriptionType.Sync ? SubscriptionKinds.Sync : SubscriptionKinds.Async;
        // A subscription to http.* takes plain requests, too.
        return TryAdd(channel, subscription.EventType, kind)
            && (!EventTypeFamily.Includes(subscription.EventType, SystemEventTypes.HttpRequest)
                || TryAdd(channel, SystemEventTypes.HttpRequest, kind));
    }

    private bool TryAdd(EventChannel channel, string type, SubscriptionKinds kind)
    {
        if (!channel.Types.TryGetValue(type, out var kinds) && ++_messages > MaxMessages)
        {
            return false;
        }

        channel.Types[type] = kinds | kind;
        return true;
    }
}
