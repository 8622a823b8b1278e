using System.Text.Json;
using System.Xml;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Subscriptions;

namespace EventGateway.Engine.SystemEvents;

// Reports what becomes of subscriptions and their deliveries. There are no reports about subscriptions to system events.
public sealed partial class SystemEventSource : ISubscriptionObserver
{
    /// <inheritdoc/>
    public void Failing(Subscription subscription, FailureReport failure) => SendOfSubscription(
        SystemEventTypes.SubscriptionFailing, subscription, failure, static (writer, data, _) =>
        {
            var (subscription, failure) = data;
            WriteSubscription(writer, SubscriptionKey.Of(subscription));
            writer.WriteString("reason"u8, failure.Reason);
            WriteTime(writer, "since"u8, failure.Since);
            if (subscription.Delivery?.DisableAfter is { } limit)
            {
                writer.WriteString("disableAfter"u8, XmlConvert.ToString(limit));
            }

            WriteAttempt(writer, failure.LastAttempt);
        });

    /// <inheritdoc/>
    public void Disabled(Subscription subscription, FailureReport? failure) => SendOfSubscription(
        SystemEventTypes.SubscriptionDisabled, subscription, failure, static (writer, data, _) =>
        {
            var (subscription, failure) = data;
            WriteSubscription(writer, SubscriptionKey.Of(subscription));
            writer.WriteString("reason"u8, subscription.DisabledReason ?? failure?.Reason);
            if (subscription.DisabledAt is { } since)
            {
                WriteTime(writer, "since"u8, new DateTimeOffset(since));
            }

            if (failure is not null)
            {
                WriteTime(writer, "failingSince"u8, failure.Since);
                WriteAttempt(writer, failure.LastAttempt);
            }
        });

    /// <inheritdoc/>
    public void Recovered(Subscription subscription, DateTimeOffset since) => SendOfSubscription(
        SystemEventTypes.SubscriptionRecovered, subscription, since, static (writer, data, _) =>
        {
            WriteSubscription(writer, SubscriptionKey.Of(data.Subscription));
            WriteTime(writer, "since"u8, data.Facts);
        });

    /// <inheritdoc/>
    /// <remarks>The event is masked and written on another thread, because a store waits for the return.</remarks>
    public void DeadLettered(DeadLetter letter, DeliveryAttempt? lastAttempt)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var space = letter.Subscription.Space;
        if (GatewayEvents.IsSystemType(letter.EventType) || !IsWanted(SystemEventTypes.DeliveryDeadLettered, space))
        {
            return;
        }

        if (!_deadLetters.TryAdd(letter, lastAttempt))
        {
            _metrics.Dropped(space, SystemEventTypes.DeliveryDeadLettered, Math.Max(1, SubscribersIn(space, SystemEventTypes.DeliveryDeadLettered).Length));
            Refused(SystemEventTypes.DeliveryDeadLettered);
        }
    }

    private bool IsWanted(string type, string space) => PluginsWant(type) || SubscribersIn(space, type).Length > 0;

    private void SendDeadLetter(DeadLetter letter, DeliveryAttempt? lastAttempt)
    {
        try
        {
            // The hops go on counting, so that functions that reply to events about their own dead letters come to an end.
            var hops = letter.IsDamaged ? 0 : Replies.HopsOf(new EventPayload(letter.Event, CloudEventReader.StructuredMediaType));
            Send(SystemEventTypes.DeliveryDeadLettered, letter.Subscription.Space, (letter, lastAttempt), hops, static (writer, data, _) =>
            {
                var (letter, lastAttempt) = data;
                WriteSubscription(writer, letter.Subscription);
                writer.WriteString("deadLetterId"u8, letter.Id);
                writer.WriteString("reason"u8, letter.Reason);
                writer.WriteNumber("attempts"u8, letter.Attempts);
                WriteAttempt(writer, lastAttempt);
                if (!letter.IsDamaged)
                {
                    writer.WritePropertyName("event"u8);
                    writer.WriteRawValue(EventCredentials.Mask(letter.Event).Span, skipInputValidation: true);
                }
            });
        }
        catch (Exception exception)
        {
            LogFailed(exception, SystemEventTypes.DeliveryDeadLettered);
        }
    }

    private void SendOfSubscription<T>(string type, Subscription subscription, T facts, Action<Utf8JsonWriter, (Subscription Subscription, T Facts), bool> write)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        if (!GatewayEvents.IsSystemType(subscription.EventType) && IsWanted(type, subscription.Space))
        {
            Send(type, subscription.Space, (subscription, facts), hops: 0, write);
        }
    }

    private void Send<T>(string type, string space, T data, int hops, Action<Utf8JsonWriter, T, bool> write)
    {
        _received.Add(space, type);
        if (Send(type, SubscribersIn(space, type), data, hops, write) is { } report)
        {
            _plugins?.Tell(report);
        }
    }

    private static void WriteSubscription(Utf8JsonWriter writer, SubscriptionKey subscription)
    {
        writer.WriteString("space"u8, subscription.Space);
        writer.WriteString("subscriptionId"u8, subscription.SubscriptionId);
        writer.WriteString("functionId"u8, subscription.FunctionId);
    }

    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset time) => writer.WriteString(name, time.UtcDateTime);

    private static void WriteAttempt(Utf8JsonWriter writer, DeliveryAttempt? attempt)
    {
        if (attempt is null)
        {
            return;
        }

        writer.WriteStartObject("lastAttempt"u8);
        WriteTime(writer, "time"u8, attempt.Time);
        if (attempt.Status is { } status)
        {
            writer.WriteNumber("status"u8, status);
        }

        if (attempt.Error is { } error)
        {
            writer.WriteString("error"u8, error);
        }

        writer.WriteEndObject();
    }
}
