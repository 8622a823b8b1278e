using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Sends all recorded requests to one gateway, in order, and keeps the differences.</summary>
public sealed class Replay : IAsyncLifetime
{
    // After the expected calls, the functions must get no other call for this time.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    // Shorter, because expected calls may be missing in a case with a known difference.
    private static readonly TimeSpan KnownDifferenceTimeout = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, IReadOnlyList<Difference>> _differences = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        await using var functions = new FunctionServer();
        Corpus.LoadFunctions(functions);
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");
        foreach (var recorded in Corpus.LoadCases(functions.Port))
        {
            _differences[recorded.Name] = await ReplayAsync(recorded, gateway, functions);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Returns the differences of a case.</summary>
    internal IReadOnlyList<Difference> DifferencesOf(string name) => _differences[name];

    private static async Task<IReadOnlyList<Difference>> ReplayAsync(RecordedCase recorded, GatewayProcess gateway, FunctionServer functions)
    {
        var before = functions.Count;
        var client = recorded.Api == "config" ? gateway.Config : gateway.Events;
        var response = await client.SendAsync(recorded.Request.ToRaw());
        if (recorded.Api == "events")
        {
            var known = KnownDifferences.Of(recorded.Name).Count > 0;
            await functions.WaitForAsync(before + recorded.Delivered.Count, known ? KnownDifferenceTimeout : CallTimeout);
            while (await functions.WaitForAsync(functions.Count + 1, Quiet))
            {
                // Another call has arrived. Wait again until there are no more calls.
            }
        }

        return CaseComparer.Compare(recorded, response, functions.Calls(before));
    }
}
