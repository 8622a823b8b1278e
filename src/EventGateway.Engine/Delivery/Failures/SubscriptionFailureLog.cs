using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Failures;

/// <summary>The log lines about subscriptions that fail.</summary>
internal static partial class SubscriptionFailureLog
{
    [LoggerMessage(LogEvents.SubscriptionFailing, LogLevel.Warning,
        "Subscription {Space}/{SubscriptionId} to function {FunctionId}: every attempt has failed since {Since:u}, {Percent} % of its disableAfter ({DisableAfter}). {Error}")]
    public static partial void LogFailing(
        this ILogger logger, string space, string subscriptionId, string functionId, DateTimeOffset since, int percent, string disableAfter, string? error);

    [LoggerMessage(LogEvents.SubscriptionDisabled, LogLevel.Warning,
        "Subscription {Space}/{SubscriptionId} to function {FunctionId} is disabled: every attempt has failed since {Since:u}, for its disableAfter ({DisableAfter}). Its deliveries wait until you enable it. {Error}")]
    public static partial void LogDisabled(
        this ILogger logger, string space, string subscriptionId, string functionId, DateTimeOffset since, string disableAfter, string? error);

    [LoggerMessage(LogEvents.SubscriptionNotDisabled, LogLevel.Error,
        "Subscription {Space}/{SubscriptionId} has failed for its disableAfter ({DisableAfter}), but could not be disabled. The next failed attempt tries again.")]
    public static partial void LogNotDisabled(this ILogger logger, Exception? exception, string space, string subscriptionId, string disableAfter);

    [LoggerMessage(LogEvents.SubscriptionRecovered, LogLevel.Information,
        "Subscription {Space}/{SubscriptionId} to function {FunctionId}: an attempt succeeded. All had failed since {Since:u}.")]
    public static partial void LogRecovered(this ILogger logger, string space, string subscriptionId, string functionId, DateTimeOffset since);

    [LoggerMessage(LogEvents.FailureNotStored, LogLevel.Error,
        "Since when subscription {Space}/{SubscriptionId} fails could not be stored; trying again in 10 s.")]
    public static partial void LogFailureNotStored(this ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.FailuresNotRead, LogLevel.Error,
        "Since when subscriptions fail could not be read. The time for disableAfter is counted from now.")]
    public static partial void LogFailuresNotRead(this ILogger logger, Exception exception);
}
