namespace EventGateway.Observability;

/// <summary>Logs why Kestrel ends HTTP/2 connections and streams of clients. Its own lines repeat the request, which may hold secrets.</summary>
/// <param name="logger">Writes the lines.</param>
internal sealed partial class Http2Log(ILogger logger) : ILogger
{
    /// <summary>The category of Kestrel's lines.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Http2";

    private const int ConnectionError = 29;
    private const int StreamError = 30;
    private const int StreamReset = 35;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug && logger.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null && IsEnabled(logLevel) && eventId.Id is ConnectionError or StreamError or StreamReset)
        {
            LogEnded(eventId.Id is ConnectionError ? "connection" : "stream", CauseOf(exception!));
        }
    }

    // What a message repeats of the request is in quotes.
    private static string CauseOf(Exception exception)
    {
        var message = exception.Message;
        var (first, last) = (message.IndexOf('\'', StringComparison.Ordinal), message.LastIndexOf('\''));
        return first < 0 ? message : $"{message[..first]}…{message[(last + 1)..]}";
    }

    [LoggerMessage(LogEvents.Http2Ended, LogLevel.Debug, "Ended an HTTP/2 {What} of a client: {Cause}")]
    private partial void LogEnded(string what, string cause);
}
