using System.Collections.Concurrent;
using System.Net.Sockets;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Sends numbered events from several clients, and remembers those that were accepted.</summary>
internal sealed class Sender
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>The ids of the events that were answered with 202.</summary>
    public IReadOnlyCollection<string> Accepted => (IReadOnlyCollection<string>)_accepted.Keys;

    /// <summary>Sends until the gateway is gone or the test says stop.</summary>
    public Task SendAsync(GatewayProcess gateway, int clients, string path, string type, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!cancellationToken.IsCancellationRequested && await TrySendAsync(gateway, path, type) is not 0)
            {
            }
        })));

    /// <summary>Sends one event; the status of the answer, 0 where there was none.</summary>
    public async Task<int> TrySendAsync(GatewayProcess gateway, string path, string type, int bytes = 200)
    {
        var id = $"e{Interlocked.Increment(ref _last)}";
        var request = RawRequest.With(
            "POST",
            path,
            "text/plain",
            new string('x', bytes),
            new("ce-specversion", "1.0"),
            new("ce-type", type),
            new("ce-source", "/test"),
            new("ce-id", id));
        try
        {
            var response = await gateway.Events.SendAsync(request);
            if (response is { Status: 202, Incomplete: false })
            {
                _accepted[id] = 0;
            }

            return response.Incomplete ? 0 : response.Status;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>The accepted events that a function has not got.</summary>
    public IReadOnlyList<string> MissingAt(FunctionServer functions, string path)
    {
        var got = functions.Calls().Where(call => call.Path == path).Select(call => call.Json["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        return [.. _accepted.Keys.Where(id => !got.Contains(id))];
    }
}
