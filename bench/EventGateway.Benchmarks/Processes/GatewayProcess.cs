using System.Globalization;

namespace EventGateway.Benchmarks.Processes;

/// <summary>The gateway, with its own ports and its own data directory.</summary>
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

    /// <summary>The port of the Events API.</summary>
    public int EventsPort { get; }

    /// <summary>The client of its Configuration API.</summary>
    public ConfigClient Config { get; }

    /// <summary>The memory of the process (RSS) in bytes.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    /// <summary>The processor time that the process has used since its start, user and kernel.</summary>
    public TimeSpan ProcessorTime => _process.ProcessorTime;

    /// <summary>Starts a gateway and waits until it is ready.</summary>
    /// <param name="program">The gateway's program, a <c>.dll</c> or an executable.</param>
    /// <param name="dataDirectory">The data directory. Null means a temporary directory, which is deleted when the gateway is disposed.</param>
    /// <param name="cancellationToken">Ends the start.</param>
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
