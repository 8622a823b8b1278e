using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Fills the disk under the data directory, a small one of the program's own, and frees it again.</summary>
public sealed class FullDiskTests : IAsyncDisposable
{
    private const string Type = "disk.event";

    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Fact]
    public async Task Refuses_what_it_cannot_store_goes_on_with_sync_traffic_and_recovers_by_itself()
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
        await Eventually.TrueAsync(() => Task.FromResult(_sender.MissingAt(_functions, path).Count == 0), "everything that was accepted is delivered");
    }

    // Until not even a small file finds room.
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
