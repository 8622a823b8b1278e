namespace EventGateway.Engine;

/// <summary>The ids of the log lines of this project. A released id never changes its meaning.</summary>
internal static class LogEvents
{
    public const int DeliveryFailed = 2001;
    public const int DeliveryUnsubscribed = 2002;
    public const int DeliveryLeaseFailed = 2003;
    public const int DeliverySettlementFailed = 2004;
    public const int DeliveryAbandoned = 2005;
    public const int DeliveryAttemptBroken = 2006;
    public const int CircuitOpened = 2007;
    public const int CircuitClosed = 2008;
    public const int DeliveryGone = 2009;
    public const int RegistryLoaded = 2010;
    public const int RegistryGap = 2011;
    public const int RegistryFeedLost = 2012;
    public const int RegistryIgnored = 2013;
    public const int RegistryUnknown = 2014;
    public const int RegistryFeedFailed = 2015;
    public const int RegistryDropFailed = 2016;
    public const int RegistryCredentialsFromAnyOrigin = 2017;
    public const int RegistryWriteFailed = 2018;
    public const int RegistryDeletionNotSaved = 2019;
    public const int ReplayFailed = 2020;
    public const int ReplayNotStored = 2021;
    public const int ReplayWaits = 2022;
    public const int RegistryLeftOut = 2024;

    public const int SystemEventRefused = 2030;
    public const int SystemEventFailed = 2031;

    public const int ReplyInvalid = 2040;
    public const int ReplyLooped = 2041;

    public const int PluginFailed = 2050;
    public const int PluginTimedOut = 2051;
    public const int PluginOverloaded = 2052;
    public const int PluginDisposalFailed = 2053;
    public const int PluginNotDisposed = 2054;
    public const int PluginCancellationFailed = 2055;

    public const int DeliveryOrphaned = 2060;
    public const int DeliveryAdopted = 2061;
    public const int DeliveryDropped = 2062;
    public const int DeliveryDropFailed = 2063;
    public const int DeliveryWorkerFailed = 2064;
    public const int DeliveryWakeFailed = 2065;

    public const int DeliverySettled = 2066;
    public const int DuplicateFound = 2067;
    public const int DedupKeysForgotten = 2068;
    public const int FunctionCalled = 2070;

    public const int SubscriptionFailing = 2080;
    public const int SubscriptionDisabled = 2081;
    public const int SubscriptionRecovered = 2082;
    public const int FailureNotStored = 2083;
    public const int FailuresNotRead = 2084;
    public const int SubscriptionNotDisabled = 2085;

    public const int CircuitReset = 2090;
    public const int DeliveryRestartFailed = 2091;

    public const int BuiltinEvent = 3001;
}
