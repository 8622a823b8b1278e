using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Observability;

/// <summary>
/// Standard output and standard error of the process. Nothing that writes to them, logs and plug-ins included, waits for
/// whoever reads them.
/// </summary>
internal sealed partial class ConsoleOutput : IDisposable
{
    // Long enough for a reader that reads, short enough for a stop that must not hang.
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly BoundedWriter _output;
    private readonly BoundedWriter _error;
    private ILogger? _logger;

    private ConsoleOutput()
    {
        _output = new BoundedWriter(StandardStream.Output, ReportLost);
        _error = new BoundedWriter(StandardStream.Error, ReportLost);
    }

    /// <summary>Puts a bounded writer in front of both outputs. Must run before the first logger is created.</summary>
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
        description: "Lines for standard output and standard error that were lost because nobody read them.");

    /// <summary>Waits a short time for what is not written yet; the rest is lost.</summary>
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

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "{Lines} lines of output were lost: nobody read them in time.")]
    private static partial void LogLost(ILogger logger, long lines);
}
