using System.Net.Sockets;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests;

/// <summary>Kills the program during configuration writes. Every acknowledged write must survive.</summary>
public sealed class ConfigStoreCrashTests : IDisposable
{
    private const int Rounds = 4;
    private const int Clients = 8;
    private const string Absent = "absent";

    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Loses_no_acknowledged_write_when_killed_at_any_moment()
    {
        // The states that a read may find, by event type: one after an acknowledged write, two when the acknowledgement is missing.
        var allowed = new Dictionary<string, string[]>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path });
            await CheckAsync(gateway, allowed);

            var acknowledgements = new Countdown(_random.Next(1, 400));
            var writing = Enumerable.Range(0, Clients)
                .Select(client => WriteUntilKilledAsync(gateway, $"r{round}-c{client}", acknowledgements))
                .ToArray();
            await Task.WhenAny(acknowledgements.Reached, Task.WhenAll(writing));
            await gateway.KillAsync();
            foreach (var (name, states) in (await Task.WhenAll(writing)).SelectMany(w => w))
            {
                allowed.Add(name, states);
            }
        }

        await using var last = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path });
        await CheckAsync(last, allowed);
        (await last.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"after.all"}""")).Status.ShouldBe(201);
    }

    private static async Task<Dictionary<string, string[]>> WriteUntilKilledAsync(
        GatewayProcess gateway, string prefix, Countdown acknowledgements)
    {
        var allowed = new Dictionary<string, string[]>();
        for (var i = 0; ; i++)
        {
            var name = $"{prefix}-{i}";
            var state = Absent;
            foreach (var next in (string[])["1", "2", Absent])
            {
                allowed[name] = [state, next];
                if (!await TryWriteAsync(gateway, name, state, next))
                {
                    return allowed;
                }

                allowed[name] = [next];
                state = next;
                acknowledgements.Signal();
                if (i % 3 == int.Parse(next == Absent ? "2" : next) - 1)
                {
                    break; // One third of the event types stays created, one third updated, one third deleted.
                }
            }
        }
    }

    private static async Task<bool> TryWriteAsync(GatewayProcess gateway, string name, string from, string to)
    {
        const string Path = "/v1/spaces/default/eventtypes";
        var json = $$$"""{"name":"{{{name}}}","metadata":{"state":"{{{to}}}"}}""";
        var request = (from, to) switch
        {
            (Absent, _) => RawRequest.Json("POST", Path, json),
            (_, Absent) => new RawRequest("DELETE", $"{Path}/{name}"),
            _ => RawRequest.Json("PUT", $"{Path}/{name}", json),
        };
        try
        {
            var response = await gateway.Config.SendAsync(request);
            if (response.Status == 0 || response.Incomplete)
            {
                return false;
            }

            response.Status.ShouldBe(request.Method switch { "POST" => 201, "PUT" => 200, _ => 204 }, response.ToString());
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }

    private static async Task CheckAsync(GatewayProcess gateway, Dictionary<string, string[]> allowed)
    {
        var response = await gateway.Config.GetAsync("/v1/spaces/default/eventtypes");
        response.Status.ShouldBe(200);
        var found = response.Json["eventTypes"]!.AsArray()
            .ToDictionary(e => e!["name"]!.GetValue<string>(), e => e!["metadata"]!["state"]!.GetValue<string>());
        found.Keys.ShouldBeSubsetOf(allowed.Keys);
        allowed.Where(a => !a.Value.Contains(found.GetValueOrDefault(a.Key, Absent)))
            .Select(a => $"{a.Key} is {found.GetValueOrDefault(a.Key, Absent)}, not {string.Join(" or ", a.Value)}")
            .ShouldBeEmpty();
    }

    /// <summary>Completes a task after the given number of acknowledged writes.</summary>
    private sealed class Countdown(int count)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _remaining = count;

        public Task Reached => _reached.Task;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _remaining) == 0)
            {
                _reached.SetResult();
            }
        }
    }
}
