using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>The log lines of a dispatcher and its parts.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(LogEvents.DeliveryFailed, LogLevel.Warning,
        "Delivery failed: function {Space}/{FunctionId}, event {EventId}: {Outcome}, status {Status}. {Error}")]
    public static partial void LogFailed(this ILogger logger, string space, string functionId, string eventId, FunctionOutcome outcome, object status, string? error);

    [LoggerMessage(LogEvents.DeliverySettled, LogLevel.Debug,
        "Delivery of event {EventId} to function {Space}/{FunctionId}: {Fate}. Failed attempts before: {Attempts}. Next attempt: {RetryAt:u}.")]
    public static partial void LogSettled(this ILogger logger, string eventId, string space, string functionId, DeliveryFate fate, int attempts, object retryAt);

    [LoggerMessage(LogEvents.DeliveryUnsubscribed, LogLevel.Warning,
        "Delivery dropped: subscription {Space}/{SubscriptionId} was deleted, event {EventId}.")]
    public static partial void LogUnsubscribed(this ILogger logger, string space, string subscriptionId, string eventId);

    [LoggerMessage(LogEvents.DeliveryLeaseFailed, LogLevel.Error,
        "Waiting deliveries of subscription {Space}/{SubscriptionId} could not be read; trying again in 1 s.")]
    public static partial void LogLeaseFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.DeliverySettlementFailed, LogLevel.Error,
        "The result of a delivery could not be stored: function {Space}/{FunctionId}, event {EventId}.")]
    public static partial void LogSettlementFailed(this ILogger logger, Exception exception, string space, string functionId, string eventId);

    [LoggerMessage(LogEvents.DeliveryAbandoned, LogLevel.Warning, "Shutdown: {Count} accepted deliveries were not delivered in time.")]
    public static partial void LogAbandoned(this ILogger logger, long count);

    [LoggerMessage(LogEvents.DeliveryAttemptBroken, LogLevel.Error,
        "Delivery failed with an unexpected error: function {Space}/{FunctionId}, event {EventId}.")]
    public static partial void LogAttemptBroken(this ILogger logger, Exception exception, string space, string functionId, string eventId);

    [LoggerMessage(LogEvents.DeliveryGone, LogLevel.Warning,
        "Function {Space}/{FunctionId} answered 410 (Gone). Subscription {SubscriptionId} is disabled; its deliveries wait until you enable it.")]
    public static partial void LogGone(this ILogger logger, string space, string functionId, string subscriptionId);

    [LoggerMessage(LogEvents.DeliveryOrphaned, LogLevel.Warning,
        "{Count} deliveries are held: the configuration has no subscription {Space}/{SubscriptionId} to function {FunctionId}. They continue when it is created again, and fail for good 24 h after they were due.")]
    public static partial void LogOrphaned(this ILogger logger, long count, string space, string subscriptionId, string functionId);

    [LoggerMessage(LogEvents.DeliveryAdopted, LogLevel.Information,
        "Held deliveries continue: subscription {Space}/{SubscriptionId} to function {FunctionId} is in the configuration again.")]
    public static partial void LogAdopted(this ILogger logger, string space, string subscriptionId, string functionId);

    [LoggerMessage(LogEvents.DeliveryDropped, LogLevel.Information,
        "Subscription {Space}/{SubscriptionId} was deleted: {Count} deliveries are dropped.")]
    public static partial void LogDropped(this ILogger logger, string space, string subscriptionId, long count);

    [LoggerMessage(LogEvents.DeliveryDropFailed, LogLevel.Error,
        "Subscription {Space}/{SubscriptionId} is deleted, but its deliveries could not be dropped yet.")]
    public static partial void LogDropFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.DeliveryWorkerFailed, LogLevel.Error,
        "A worker for subscription {Space}/{SubscriptionId} met an unexpected error. It continues in 1 s.")]
    public static partial void LogWorkerFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.DeliveryWakeFailed, LogLevel.Error,
        "The deliveries of subscription {Space}/{SubscriptionId} could not be started; trying again in 1 s.")]
    public static partial void LogWakeFailed(this ILogger logger, Exception exception, string space, string subscriptionId);
}
