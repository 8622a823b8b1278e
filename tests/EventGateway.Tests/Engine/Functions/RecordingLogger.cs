using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>Keeps what is logged.</summary>
/// <param name="least">The lowest level that is kept. Default: all.</param>
internal sealed class RecordingLogger<T>(LogLevel least = LogLevel.Trace) : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();

    public IReadOnlyList<(LogLevel Level, string Text)> Entries => [.. _entries];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((logLevel, formatter(state, exception)));
}
