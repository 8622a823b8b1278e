using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Replays the whole corpus once, in order, against one gateway, and keeps what differed.</summary>
public sealed class Replay : IAsyncLifetime
{
    // How long functions must have been left alone after the calls that are expected.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Calls that are known not to come are not waited for.
    private static readonly TimeSpan LittlePatience = TimeSpan.FromMilliseconds(200);

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

    /// <summary>How the gateway's answer to a case differed from the recorded one.</summary>
    internal IReadOnlyList<Difference> DifferencesOf(string name) => _differences[name];

    private static async Task<IReadOnlyList<Difference>> ReplayAsync(RecordedCase recorded, GatewayProcess gateway, FunctionServer functions)
    {
        var before = functions.Count;
        var client = recorded.Api == "config" ? gateway.Config : gateway.Events;
        var response = await client.SendAsync(recorded.Request.ToRaw());
        if (recorded.Api == "events")
        {
            var known = KnownDifferences.Of(recorded.Name).Count > 0;
            await functions.WaitForAsync(before + recorded.Delivered.Count, known ? LittlePatience : Patience);
            while (await functions.WaitForAsync(functions.Count + 1, Quiet))
            {
                // One more call than expected came; wait for quiet again.
            }
        }

        return CaseComparer.Compare(recorded, response, functions.Calls(before));
    }
}
