using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Sends numbered events from several clients, and remembers those that were accepted.</summary>
/// <param name="prefix">What the ids begin with.</param>
internal sealed class Sender(string prefix = "e")
{
    private readonly ConcurrentDictionary<string, byte> _accepted = new(StringComparer.Ordinal);
    private int _last;
    private int _refused;

    /// <summary>The ids of the events that were answered with 202.</summary>
    public IReadOnlyCollection<string> Accepted => (IReadOnlyCollection<string>)_accepted.Keys;

    /// <summary>How many were answered with 503, each with a <c>Retry-After</c>.</summary>
    public int Refused => Volatile.Read(ref _refused);

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
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return 0;
        }
    }

    /// <summary>Waits until a function has got all that was accepted, and writes into the test's results how many deliveries were made twice.</summary>
    public async Task ProveDeliveredAsync(FunctionServer functions, string path, ITestOutputHelper output)
    {
        await Eventually.TrueAsync(
            () => MissingAt(functions, path).Count == 0,
            $"all of {Accepted.Count} events have reached {path}, missing: {string.Join(' ', MissingAt(functions, path).Take(5))}",
            TimeSpan.FromMinutes(2));
        var calls = functions.Calls().Where(call => call.Path == path).ToList();
        var taken = calls.Where(call => call.Answer == 200).Select(call => call.Json["id"]!.GetValue<string>()).ToList();
        var again = taken.Count - taken.Distinct(StringComparer.Ordinal).Count();
        var line = $"{path}: {Accepted.Count} accepted, {calls.Count} calls, {taken.Count} of them answered 200, {again} of those ({100.0 * again / taken.Count:0.00} %) for an event that had been answered 200 before.";
        output.WriteLine(line);
        TestContext.Current.AddAttachment($"deliveries{path.Replace('/', '-')}.txt", line);
    }

    /// <summary>The accepted events that a function has not got.</summary>
    /// <param name="functions">The functions.</param>
    /// <param name="path">The function's path.</param>
    /// <param name="from">The number of the first call that counts.</param>
    public IReadOnlyList<string> MissingAt(FunctionServer functions, string path, int from = 0)
    {
        var got = functions.Calls(from).Where(call => call.Path == path).Select(call => call.Json["id"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        return [.. _accepted.Keys.Where(id => !got.Contains(id))];
    }
}
