using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>The requests to a recorded gateway, and when it acknowledged them.</summary>
internal sealed class PowerLossLoad : IAsyncDisposable
{
    /// <summary>The type of events that stay in the store: each one waits or becomes a dead letter.</summary>
    public const string Kept = "kept.event";

    // Delivered at once, so that files without waiting deliveries are created and deleted.
    private const string Passing = "passing.event";

    private readonly FunctionServer _functions = new();
    private readonly TaskCompletionSource _never = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;

    /// <summary>The functions that keep events: one never answers, one fails, one refuses.</summary>
    public static string[] Keepers { get; } = ["hangs", "fails", "refuses"];

    /// <summary>The ids of the kept events, and when they were accepted, in seconds since 1970.</summary>
    public ConcurrentDictionary<string, double> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of the event types, and when they were created.</summary>
    public ConcurrentDictionary<string, double> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>The data of an event, which must survive.</summary>
    public static string DataOf(string id)
    {
        var random = new Random(id.Length == 0 ? 0 : id.Aggregate(17, static (hash, letter) => unchecked((hash * 31) + letter)));
        var data = new byte[random.Next(1, 1_500)];
        random.NextBytes(data);
        return Convert.ToHexString(data);
    }

    /// <summary>Sends events that are delivered at once, then both kinds, and creates event types all the time.</summary>
    public async Task RunAsync(GatewayProcess gateway, int passing, int kept)
    {
        var later = new JsonObject { ["backoffDelay"] = "PT1H", ["maxDelay"] = "PT1H" };
        await gateway.SubscribeAsync(_functions, "passes", new FunctionAnswer(), "/", "async", Passing);
        await gateway.SubscribeAsync(_functions, "hangs", new FunctionAnswer { Until = _never.Task }, "/", "async", Kept);
        await gateway.SubscribeAsync(_functions, "fails", new FunctionAnswer { Status = 503 }, "/", "async", Kept, later, newType: false);
        await gateway.SubscribeAsync(_functions, "refuses", new FunctionAnswer { Status = 400 }, "/", "async", Kept, newType: false);
        using var stop = new CancellationTokenSource();
        var types = CreateTypesAsync(gateway, stop.Token);
        await SendAsync(gateway, passing, static _ => Passing);
        await SendAsync(gateway, 2 * kept, static number => number % 2 == 0 ? Kept : Passing);
        await stop.CancelAsync();
        await types;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _never.TrySetResult();
        return _functions.DisposeAsync();
    }

    private static double Now() => (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;

    private Task SendAsync(GatewayProcess gateway, int count, Func<int, string> typeOf)
    {
        var left = count;
        return Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Decrement(ref left)) >= 0;)
            {
                var (id, type) = ($"e{Interlocked.Increment(ref _last)}", typeOf(number));
                var sent = await gateway.Events.SendAsync(RawRequest.With(
                    "POST", "/", "text/plain", DataOf(id), new("ce-specversion", "1.0"), new("ce-type", type), new("ce-source", "/test"), new("ce-id", id)));
                sent.Status.ShouldBe(202, sent.ToString());
                if (type == Kept)
                {
                    Events[id] = Now();
                }
            }
        })));
    }

    private async Task CreateTypesAsync(GatewayProcess gateway, CancellationToken cancellationToken)
    {
        for (var number = 0; !cancellationToken.IsCancellationRequested; number++)
        {
            var name = $"type.{number}";
            var created = await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", new JsonObject { ["name"] = name }.ToJsonString());
            created.Status.ShouldBe(201, created.ToString());
            Types[name] = Now();
        }
    }
}
