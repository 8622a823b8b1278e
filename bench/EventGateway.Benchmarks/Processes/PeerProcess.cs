using System.Globalization;

namespace EventGateway.Benchmarks.Processes;

/// <summary>A peer, running as a process of this program.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    // What the web SDK sets for a program that says nothing, as a proxy's user would have it.
    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal) { ["DOTNET_gcServer"] = "1" };

    private readonly ChildProcess _process;

    private PeerProcess(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <param name="name">The peer's name.</param>
    /// <param name="number">What the peer takes besides its own port: a proxy the port of the function, the stand-in for AWS its delay in milliseconds.</param>
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
