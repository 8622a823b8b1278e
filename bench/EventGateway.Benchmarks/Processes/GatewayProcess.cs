using System.Globalization;

namespace EventGateway.Benchmarks.Processes;

/// <summary>The gateway, on ports and in a data directory of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TemporaryDirectory? _ownDirectory;

    private GatewayProcess(ChildProcess process, int eventsPort, int configPort, TemporaryDirectory? ownDirectory)
    {
        _process = process;
        _ownDirectory = ownDirectory;
        EventsPort = eventsPort;
        Config = new ConfigClient(configPort);
    }

    /// <summary>Where the Events API listens.</summary>
    public int EventsPort { get; }

    /// <summary>Talks to its Configuration API.</summary>
    public ConfigClient Config { get; }

    /// <summary>Memory that the process holds now, in bytes.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    /// <summary>Processor time that the process has taken since its start, of user and kernel.</summary>
    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>Starts a gateway and waits until it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="dataDirectory">Where it keeps its state. Not set: a directory that goes with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<GatewayProcess> StartAsync(string program, string? dataDirectory, CancellationToken cancellationToken)
    {
        var own = dataDirectory is null ? new TemporaryDirectory() : null;
        var (events, config) = (FreePort.Next(), FreePort.Next());
        string[] arguments =
        [
            "--events-port", events.ToString(CultureInfo.InvariantCulture),
            "--config-port", config.ToString(CultureInfo.InvariantCulture),
            "--embed-data-dir", dataDirectory ?? own!.Path,
            "--log-level", "warn",
        ];
        try
        {
            var ready = new Uri($"http://127.0.0.1:{config}/readyz");
            var process = await ChildProcess.StartAsync(program, arguments, ready, environment: null, cancellationToken);
            return new GatewayProcess(process, events, config, own);
        }
        catch
        {
            own?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Config.Dispose();
        await _process.DisposeAsync();
        _ownDirectory?.Dispose();
    }
}
