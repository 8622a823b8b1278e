namespace EventGateway;

/// <summary>The ids of the log lines of this project. A released id never changes its meaning.</summary>
internal static class LogEvents
{
    public const int Listening = 100;
    public const int StartFailed = 101;
    public const int DrainRequestsAbandoned = 102;
    public const int Stopped = 103;
    public const int OptionWarning = 104;
    public const int RequestUnexpected = 105;
    public const int RequestMistake = 106;
    public const int RequestLeft = 107;
    public const int ServerRefused = 108;
    public const int Http2Ended = 109;

    public const int OverloadRefused = 110;
    public const int Limits = 111;
    public const int FewDescriptors = 112;

    public const int PluginLoaded = 113;
    public const int MetricsListening = 114;

    public const int OutputLost = 120;
    public const int StoresDiskFull = 121;

    public const int ConfigWritten = 130;

    public const int SyncCallerFailed = 200;
    public const int AuthorizerFailed = 201;
    public const int RawCallerFailed = 202;
    public const int RawCallerGivenUp = 203;
    public const int AuthorizerMalformed = 204;
    public const int LoopGuardLooped = 205;
    public const int SyncCallerMalformed = 206;
    public const int UnmatchedEvent = 207;
    public const int EventReceived = 208;
    public const int EventAccepted = 209;
    public const int RequestForwarded = 210;
    public const int CorsRefused = 211;
    public const int RequestServed = 212;

    public const int DeliveryReplaysNotEnded = 2023;
}
