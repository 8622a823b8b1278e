using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Observability;

/// <summary>
/// Standard output and standard error of the process. Writers such as loggers and plug-ins never wait for the reader of the output.
/// </summary>
internal sealed partial class ConsoleOutput : IDisposable
{
    // Enough for a reader that still reads, and short enough that a stop does not hang.
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly BoundedWriter _output;
    private readonly BoundedWriter _error;
    private ILogger? _logger;

    private ConsoleOutput()
    {
        _output = new BoundedWriter(StandardStream.Output, ReportLost);
        _error = new BoundedWriter(StandardStream.Error, ReportLost);
    }

    /// <summary>Replaces both outputs with bounded writers. Must run before the first logger is created.</summary>
    public static ConsoleOutput Bound()
    {
        var output = new ConsoleOutput();
        Console.SetOut(output._output);
        Console.SetError(output._error);
        return output;
    }

    /// <summary>Sets the logger that reports lost lines.</summary>
    public void ReportTo(ILogger logger) => _logger = logger;

    /// <summary>Creates the counter of lost lines.</summary>
    public void Observe(IMeterFactory meters) => meters.Create(GatewayMeter.Name).CreateObservableCounter(
        "eventgateway_log_lines_lost_total",
        () => _output.Lost + _error.Lost,
        description: "Lines of standard output and standard error that were lost because they were not read in time.");

    /// <summary>Waits a short time until everything is written. The rest is lost.</summary>
    public void Dispose()
    {
        if (_output.WaitUntilWritten(FlushTimeout))
        {
            _error.WaitUntilWritten(FlushTimeout);
        }

        _output.Dispose();
        _error.Dispose();
    }

    private void ReportLost(long lines)
    {
        if (_logger is not null)
        {
            LogLost(_logger, lines);
        }
    }

    [LoggerMessage(LogEvents.OutputLost, LogLevel.Warning, "{Lines} lines of output were lost because they were not read in time.")]
    private static partial void LogLost(ILogger logger, long lines);
}
