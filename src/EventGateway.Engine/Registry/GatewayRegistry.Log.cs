using EventGateway.Abstractions.Config;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Registry;

public sealed partial class GatewayRegistry
{
    [LoggerMessage(LogEvents.RegistryLoaded, LogLevel.Information, "Loaded {Count} resources at revision {Revision} of the config store.")]
    private static partial void LogLoaded(ILogger logger, int count, long revision);

    [LoggerMessage(LogEvents.RegistryGap, LogLevel.Warning, "The config store's change feed has a gap; loading everything again.")]
    private static partial void LogGap(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.RegistryFeedLost, LogLevel.Warning, "The config store's change feed was lost; trying again.")]
    private static partial void LogFeedLost(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.RegistryIgnored, LogLevel.Error,
        "A change of the {Kind} {Id} of space {Space} in the config store cannot be read, so it is ignored.")]
    private static partial void LogIgnored(ILogger logger, Exception exception, ConfigKind kind, string space, string id);

    [LoggerMessage(LogEvents.RegistryUnknown, LogLevel.Error,
        "This version does not know the kind {Kind} of the resource {Id} of space {Space} in the config store. The resource is left out.")]
    private static partial void LogUnknown(ILogger logger, ConfigKind kind, string space, string id);

    [LoggerMessage(LogEvents.RegistryFeedFailed, LogLevel.Error,
        "Following the config store failed unexpectedly; loading everything again.")]
    private static partial void LogFeedFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.RegistryDropFailed, LogLevel.Error,
        "Subscription {Space}/{SubscriptionId} is deleted, but not all of its waiting deliveries were dropped in time.")]
    private static partial void LogDropFailed(ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.RegistryCredentialsFromAnyOrigin, LogLevel.Warning,
        "{Count} CORS settings allow credentials from any origin, the first is {Id} of space {Space}. They are in force without credentials: name the origins.")]
    private static partial void LogCredentialsFromAnyOrigin(ILogger logger, int count, string space, string id);

    [LoggerMessage(LogEvents.RegistryWriteFailed, LogLevel.Warning, "A change could not be stored: the config store is unavailable.")]
    private static partial void LogWriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.RegistryDeletionNotSaved, LogLevel.Warning,
        "The progress in dropping the deliveries of the deleted subscription {Space}/{SubscriptionId} could not be stored. They are dropped again later.")]
    private static partial void LogDeletionNotSaved(ILogger logger, Exception exception, string space, string subscriptionId);

    [LoggerMessage(LogEvents.RegistryLeftOut, LogLevel.Error,
        "The {Kind} {Id} of space {Space} in the config store cannot be read, so it is left out.")]
    private static partial void LogLeftOut(ILogger logger, Exception exception, ConfigKind kind, string space, string id);
}
