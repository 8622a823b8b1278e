using EventGateway.Abstractions.Config;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "Loaded {Count} resources at revision {Revision} of the config store.")]
    private static partial void LogLoaded(ILogger logger, int count, long revision);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning, Message = "The config store's change feed has a gap; loading everything again.")]
    private static partial void LogGap(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning, Message = "The config store's change feed was lost; trying again.")]
    private static partial void LogFeedLost(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Error, Message = "The {Kind} {Id} of space {Space} in the config store cannot be read. The registry keeps the version before it.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, ConfigKind kind, string space, string id);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Error, Message = "The config store holds a {Kind}, {Id} of space {Space}, that this version does not know.")]
    private static partial void LogUnknown(ILogger logger, ConfigKind kind, string space, string id);

    [LoggerMessage(EventId = 2015, Level = LogLevel.Error, Message = "Following the config store failed unexpectedly; loading everything again.")]
    private static partial void LogFeedFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2016, Level = LogLevel.Error, Message = "Subscription {Space}/{SubscriptionId} is deleted, but dropping its waiting deliveries did not end in time.")]
    private static partial void LogDropFailed(ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(EventId = 2017, Level = LogLevel.Warning, Message = "{Count} CORS settings allow credentials from any origin, the first is {Id} of space {Space}. They are in force without credentials: name the origins.")]
    private static partial void LogCredentialsFromAnyOrigin(ILogger logger, int count, string space, string id);

    [LoggerMessage(EventId = 2018, Level = LogLevel.Warning, Message = "The config store refused a write.")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2019, Level = LogLevel.Warning, Message = "The end of the deletion of subscription {Space}/{SubscriptionId} could not be stored, so the deletion is repeated.")]
    private static partial void LogDeletionNotSaved(ILogger logger, Exception exception, string space, string subscriptionId);
}
