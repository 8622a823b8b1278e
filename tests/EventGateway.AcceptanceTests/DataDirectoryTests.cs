using System.Buffers.Binary;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests;

public sealed class DataDirectoryTests : IDisposable
{
    private const string EventTypes = "/v1/spaces/default/eventtypes";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_second_process_is_refused_and_the_first_one_is_named()
    {
        await using var first = await GatewayProcess.StartAsync(Options());
        await using var second = GatewayProcess.Launch(Options());

        (await second.WaitForExitAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => second.Output.Contains("Cannot start", StringComparison.Ordinal), "the reason is written");
        second.Output.ShouldContain($"The data directory '{_directory.Path}' is in use by another Event Gateway (process {first.Id}, since ");
        (await first.Config.PostAsync(EventTypes, """{"name":"user.created"}""")).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_advice()
    {
        await using var first = await GatewayProcess.StartAsync(new GatewayOptions());
        await using var second = GatewayProcess.Launch(new GatewayOptions { EventsPort = first.EventsPort });

        (await second.WaitForExitAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => second.Output.Contains("Cannot start", StringComparison.Ordinal), "the reason is written");
        second.Output.ShouldContain(
            $"Cannot start: --events-port is {first.EventsPort}, and another program listens on *:{first.EventsPort} already (address in use). Stop that program, or choose another port with --events-port.");
    }

    [Fact]
    public async Task Configuration_is_kept_after_a_stop()
    {
        await using (var first = await GatewayProcess.StartAsync(Options()))
        {
            (await first.Config.PostAsync(EventTypes, """{"name":"user.created"}""")).Status.ShouldBe(201);
            (await first.StopAsync()).ShouldBe(0);
        }

        await using var second = await GatewayProcess.StartAsync(Options());
        (await second.Config.GetAsync($"{EventTypes}/user.created")).Text.ShouldBe("""{"space":"default","name":"user.created"}""" + "\n");
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        await using (var first = await GatewayProcess.StartAsync(Options()))
        {
            (await first.StopAsync()).ShouldBe(0);
        }

        await SetVersionAsync(3);
        await using var second = GatewayProcess.Launch(Options());

        (await second.WaitForExitAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => second.Output.Contains("Cannot start", StringComparison.Ordinal), "the reason is written");
        second.Output.ShouldContain("has version 3; this program knows versions up to 2.");
    }

    // The field "user version" of SQLite's header (https://www.sqlite.org/fileformat.html#the_database_header).
    private async Task SetVersionAsync(int version)
    {
        await using var file = File.OpenWrite(Path.Combine(_directory.Path, "config.db"));
        file.Position = 60;
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, version);
        await file.WriteAsync(bytes);
    }

    private GatewayOptions Options() => new() { DataDirectory = _directory.Path };
}
