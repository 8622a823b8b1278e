using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Fills the disk of the data directory, a small disk that only the program uses, and frees it again.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private const string Type = "disk.event";

    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Fact]
    public async Task Refuses_async_events_on_a_full_disk_serves_sync_events_and_recovers()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { DiskMegabytes = 48 });
        var path = await gateway.SubscribeAsync(_functions, "stored", new FunctionAnswer(), "/stored", "async", Type);
        await gateway.SubscribeAsync(_functions, "direct", FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}"""), "/direct");
        (await _sender.TrySendAsync(gateway, "/stored", Type)).ShouldBe(202);

        var filler = Path.Combine(gateway.DataDirectory, "filler");
        await FillAsync(filler);
        await Eventually.TrueAsync(async () => await _sender.TrySendAsync(gateway, "/stored", Type, bytes: 100_000) is 503, "the store refuses events");
        var refused = await gateway.Events.SendAsync(RawRequest.With("POST", "/stored", "text/plain", new string('x', 100_000), new HttpField("Event", Type)));
        refused.Status.ShouldBe(503);
        int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        var direct = await gateway.Events.SendAsync(RawRequest.With("POST", "/direct", "text/plain", "x"));
        (direct.Status, direct.Text).ShouldBe((200, "hello"));

        File.Delete(filler);
        await Eventually.TrueAsync(async () => await _sender.TrySendAsync(gateway, "/stored", Type, bytes: 100_000) is 202, "the store accepts events again");
        await Eventually.TrueAsync(() => Task.FromResult(_sender.MissingAt(_functions, path).Count == 0), "every accepted event is delivered");
    }

    [Fact]
    public async Task Starts_on_a_full_disk_and_serves_sync_events()
    {
        using var directory = new TemporaryDirectory();
        await using (var before = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = directory.Path }))
        {
            await before.SubscribeAsync(_functions, "stored", new FunctionAnswer(), "/stored", "async", Type);
            await before.SubscribeAsync(_functions, "direct", FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}"""), "/direct");
            (await before.StopAsync()).ShouldBe(0, before.Output);
        }

        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { DiskMegabytes = 48, FullDiskWith = directory.Path });

        gateway.Output.ShouldContain("Disk full");
        gateway.Output.ShouldContain("data directory");
        var direct = await gateway.Events.SendAsync(RawRequest.With("POST", "/direct", "text/plain", "x"));
        (direct.Status, direct.Text).ShouldBe((200, "hello"));
        (await gateway.Config.GetAsync("/v1/spaces/default/subscriptions")).Status.ShouldBe(200);
        await Eventually.TrueAsync(async () => await _sender.TrySendAsync(gateway, "/stored", Type, bytes: 500_000) is 503, "the store refuses events", TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(
            async () =>
            {
                await _sender.TrySendAsync(gateway, "/stored", Type, bytes: 500_000);
                return gateway.Output.Contains("Disk full: there is no room for deliveries in ", StringComparison.Ordinal);
            },
            "the log contains the reason",
            TimeSpan.FromSeconds(60));
        (await gateway.Events.SendAsync(RawRequest.With("POST", "/direct", "text/plain", "x"))).Status.ShouldBe(200);
        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task Refuses_to_start_when_a_full_disk_has_no_room_for_a_new_store()
    {
        using var empty = new TemporaryDirectory();
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { DiskMegabytes = 1, FullDiskWith = empty.Path });

        (await gateway.WaitForExitAsync()).ShouldBe(1);

        gateway.Output.ShouldContain("disk full: there is no room in the data directory '");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    [Fact]
    public async Task Refuses_to_start_with_a_read_only_data_directory()
    {
        using var directory = new TemporaryDirectory();
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { DataDirectory = directory.Path, DiskMegabytes = 1, IsDiskReadOnly = true });

        (await gateway.WaitForExitAsync()).ShouldBe(1);

        gateway.Output.ShouldContain($"The data directory '{directory.Path}' cannot be used");
        gateway.Output.ShouldContain("Read-only file system");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    // Writes until the disk is full.
    private static async Task FillAsync(string file)
    {
        var block = Encoding.ASCII.GetBytes(new string('x', 4096));
        await using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        try
        {
            while (true)
            {
                await stream.WriteAsync(block);
            }
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }
}
