using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Sends numbered events from several clients and records the accepted events.</summary>
/// <param name="prefix">The prefix of the event ids.</param>
internal sealed class Sender(string prefix = "e")
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new(StringComparer.Ordinal);
    private int _last;
    private int _refused;

    /// <summary>The ids of the accepted events (202).</summary>
    public IReadOnlyCollection<string> Accepted => (IReadOnlyCollection<string>)_accepted.Keys;

    /// <summary>The number of events that were refused with 503 and <c>Retry-After</c>.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Sends until the gateway stops answering or the token is cancelled.</summary>
    public Task SendAsync(GatewayProcess gateway, int clients, string path, string type, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (!cancellationToken.IsCancellationRequested && await TrySendAsync(gateway, path, type) is not 0)
            {
            }
        })));

    /// <summary>Sends one event and returns the status of the answer. Returns 0 when there is no answer.</summary>
    public async Task<int> TrySendAsync(GatewayProcess gateway, string path, string type, int bytes = 200)
    {
        var id = $"{prefix}{Interlocked.Increment(ref _last)}";
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

            if (response is { Status: 503, Incomplete: false })
            {
                int.Parse(response.Header("Retry-After")!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
                Interlocked.Increment(ref _refused);
            }

            return response.Incomplete ? 0 : response.Status;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Waits until a function has received every accepted event, and writes the number of duplicate deliveries to the test results.</summary>
    public async Task ProveDeliveredAsync(FunctionServer functions, string path, ITestOutputHelper output)
    {
        await Eventually.TrueAsync(
            () => MissingAt(functions, path).Count == 0,
            $"{path} has received all of {Accepted.Count} events; missing: {string.Join(' ', MissingAt(functions, path).Take(5))}",
            TimeSpan.FromMinutes(2));
        var calls = functions.Calls().Where(call => call.Path == path).ToList();
        var successful = calls.Where(call => call.Answer == 200).Select(call => call.Json["id"]!.GetValue<string>()).ToList();
        var duplicates = successful.Count - successful.Distinct(StringComparer.Ordinal).Count();
        var line = $"{path}: {Accepted.Count} accepted, {calls.Count} calls, {successful.Count} of them successful, {duplicates} of those ({100.0 * duplicates / successful.Count:0.00} %) duplicates.";
        output.WriteLine(line);
        TestContext.Current.AddAttachment($"deliveries{path.Replace('/', '-')}.txt", line);
    }

    /// <summary>Returns the accepted events that a function has not received.</summary>
    /// <param name="functions">The function server.</param>
    /// <param name="path">The function's path.</param>
    /// <param name="from">The index of the first call to count.</param>
    public IReadOnlyList<string> MissingAt(FunctionServer functions, string path, int from = 0)
    {
        var received = functions.Calls(from).Where(call => call.Path == path).Select(call => call.Json["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        return [.. _accepted.Keys.Where(id => !received.Contains(id))];
    }
}
