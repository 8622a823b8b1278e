using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests;

/// <summary>The file of the configuration is damaged while the program runs.</summary>
public sealed class DamagedConfigTests : IAsyncDisposable
{
    private const string EventTypes = "/v1/spaces/default/eventtypes";
    private const int PageBytes = 4096;

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    private string Config => Path.Combine(_directory.Path, "config.db");

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(PageBytes)]
    public async Task Damage_is_reported_once_and_events_are_served_from_memory(int from)
    {
        await using (var first = await StartAsync())
        {
            await first.SubscribeAsync(_functions, "f", FunctionAnswer.Of("""{"statusCode":200,"body":"served"}"""), "/f", "sync", "http.request");
            (await first.StopAsync()).ShouldBe(0);
        }

        await using (var gateway = await StartAsync())
        {
            (await gateway.Config.GetAsync("/readyz")).Text.ShouldBe("ok\n");
            await OverwriteAsync(from);

            for (var i = 0; i < 3; i++)
            {
                var refused = await gateway.Config.PostAsync(EventTypes, """{"name":"user.created"}""");
                refused.Status.ShouldBe(503, refused.ToString());
            }

            (await gateway.Config.GetAsync("/readyz")).Text.ShouldBe("degraded: config.db (damaged)\n");
            (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("\neventgateway_store_damaged_files{} 1\n");
            (await gateway.Config.GetAsync(EventTypes)).Status.ShouldBe(200);
            (await gateway.Events.PostAsync("/f", "{}")).Text.ShouldBe("served");
            await Eventually.TrueAsync(() => gateway.Output.Contains($"{Config} is damaged: ", StringComparison.Ordinal), "a log line names the file");
            var errors = gateway.Output.Split('\n').Where(static line => line.Contains(" fail: ", StringComparison.Ordinal)).ToArray();
            errors.ShouldHaveSingleItem().ShouldContain("Stop the server and run event-gateway doctor.");
        }

        await using var again = GatewayProcess.Launch(Options());
        (await again.WaitForExitAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => again.Output.Contains("Cannot start", StringComparison.Ordinal), "the reason is written");
        again.Output.ShouldContain(Config);
    }

    private async Task OverwriteAsync(int from)
    {
        await using var file = new FileStream(Config, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        await file.WriteAsync(new byte[(int)file.Length - from]);
    }

    private GatewayOptions Options() => new() { DataDirectory = _directory.Path };

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(Options());
}
