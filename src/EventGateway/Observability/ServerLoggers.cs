namespace EventGateway.Observability;

/// <summary>
/// Lowers the level of two messages that Kestrel logs about clients' mistakes to information, which is not written:
/// connections with malformed frames, and bodies that break off unread. Otherwise any client could fill the log. Its lines about HTTP/2
/// become those of <see cref="Http2Log"/>.
/// </summary>
/// <param name="inner">Creates the loggers.</param>
internal sealed class ServerLoggers(ILoggerFactory inner) : ILoggerFactory
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel";

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName)
    {
        if (categoryName == Http2Log.Category)
        {
            return new Http2Log(inner.CreateLogger<Http2Log>());
        }

        var logger = inner.CreateLogger(categoryName);
        return categoryName == Server ? new ServerLogger(logger) : logger;
    }

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class ServerLogger(ILogger inner) : ILogger
    {
        // The first message has no event id; all other warnings have one.
        private const int ConnectionEndedAbnormally = 0;
        private const int BodyCouldNotBeDrained = 67;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var level = LevelOf(logLevel, eventId);
            if (inner.IsEnabled(level))
            {
                inner.Log(level, eventId, state, exception, formatter);
            }
        }

        private static LogLevel LevelOf(LogLevel level, EventId eventId) => (level, eventId.Id) switch
        {
            (LogLevel.Warning, ConnectionEndedAbnormally) or (LogLevel.Error, BodyCouldNotBeDrained) => LogLevel.Information,
            _ => level,
        };
    }
}
