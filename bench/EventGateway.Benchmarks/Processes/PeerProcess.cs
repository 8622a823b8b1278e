using System.Globalization;

namespace EventGateway.Benchmarks.Processes;

/// <summary>A server to compare with. It is this program, started as another process.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    // The default of the web SDK, which most users of a proxy keep.
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["DOTNET_gcServer"] = "1" };

    private readonly ChildProcess _process;

    private PeerProcess(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts a peer and waits until it answers.</summary>
    /// <param name="name">The peer's name.</param>
    /// <param name="number">The peer's second argument: the port of the function for a proxy, the delay in milliseconds for the stand-in for AWS.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<PeerProcess> StartAsync(string name, int? number, CancellationToken cancellationToken)
    {
        var port = FreePort.Next();
        List<string> arguments = ["peer", name, port.ToString(CultureInfo.InvariantCulture)];
        if (number is { } more)
        {
            arguments.Add(more.ToString(CultureInfo.InvariantCulture));
        }

        var process = await ChildProcess.StartAsync(
            typeof(PeerProcess).Assembly.Location, arguments, new Uri($"http://127.0.0.1:{port}/"), Environment, cancellationToken);
        return new PeerProcess(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
