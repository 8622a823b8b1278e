using EventGateway.Abstractions.Functions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>The log lines of a dispatcher and its parts.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(2001, LogLevel.Warning,
        "Delivery failed: function {Space}/{FunctionId}, event {EventId}: {Outcome}, status {Status}. {Error}")]
    public static partial void LogFailed(this ILogger logger, string space, string functionId, string eventId, FunctionOutcome outcome, object status, string? error);

    [LoggerMessage(2002, LogLevel.Warning, "Delivery dropped: subscription {Space}/{SubscriptionId} was deleted, event {EventId}.")]
    public static partial void LogUnsubscribed(this ILogger logger, string space, string subscriptionId, string eventId);

    [LoggerMessage(2003, LogLevel.Error, "Waiting deliveries of subscription {Space}/{SubscriptionId} could not be read; trying again in 1 s.")]
    public static partial void LogLeaseFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(2004, LogLevel.Error, "The result of a delivery could not be stored: function {Space}/{FunctionId}, event {EventId}.")]
    public static partial void LogSettlementFailed(this ILogger logger, Exception exception, string space, string functionId, string eventId);

    [LoggerMessage(2005, LogLevel.Warning, "Shutdown: {Count} accepted deliveries were not delivered in time.")]
    public static partial void LogAbandoned(this ILogger logger, long count);

    [LoggerMessage(2006, LogLevel.Error, "Delivery failed with an unexpected error: function {Space}/{FunctionId}, event {EventId}.")]
    public static partial void LogAttemptBroken(this ILogger logger, Exception exception, string space, string functionId, string eventId);

    [LoggerMessage(2009, LogLevel.Warning,
        "Function {Space}/{FunctionId} answered 410 (Gone). Subscription {SubscriptionId} is disabled; its deliveries wait until you enable it.")]
    public static partial void LogGone(this ILogger logger, string space, string functionId, string subscriptionId);

    [LoggerMessage(2060, LogLevel.Warning,
        "{Count} deliveries are held: the configuration has no subscription {Space}/{SubscriptionId} to function {FunctionId}. They continue when it is created again, and fail for good 24 h after they were due.")]
    public static partial void LogOrphaned(this ILogger logger, long count, string space, string subscriptionId, string functionId);

    [LoggerMessage(2061, LogLevel.Information, "Held deliveries continue: subscription {Space}/{SubscriptionId} to function {FunctionId} is in the configuration again.")]
    public static partial void LogAdopted(this ILogger logger, string space, string subscriptionId, string functionId);

    [LoggerMessage(2062, LogLevel.Information, "Subscription {Space}/{SubscriptionId} was deleted: {Count} deliveries are dropped.")]
    public static partial void LogDropped(this ILogger logger, string space, string subscriptionId, long count);

    [LoggerMessage(2063, LogLevel.Error, "Subscription {Space}/{SubscriptionId} is deleted, but its deliveries could not be dropped yet.")]
    public static partial void LogDropFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(2064, LogLevel.Error, "A worker for subscription {Space}/{SubscriptionId} met an unexpected error. It continues in 1 s.")]
    public static partial void LogWorkerFailed(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(2065, LogLevel.Error, "The deliveries of subscription {Space}/{SubscriptionId} could not be started; trying again in 1 s.")]
    public static partial void LogWakeFailed(this ILogger logger, Exception exception, string space, string subscriptionId);
}
