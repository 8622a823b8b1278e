using System.Buffers.Binary;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>The program names plug-ins that cannot be loaded, and does not start.</summary>
public sealed class UnloadablePluginTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Names_every_plugin_that_cannot_be_loaded_and_every_other_invalid_option()
    {
        var missing = Path.Combine(_directory.Path, "missing.dll");
        var text = await WriteAsync("text.dll", "This is not an assembly."u8.ToArray());
        var foreign = await WriteAsync("foreign.dll", await OtherMachineAsync(PluginPaths.Rejecting));
        var other = Path.Combine(Path.GetDirectoryName(PluginPaths.Rejecting)!, "System.CommandLine.dll");

        var lines = await RefusedAsync("--plugin", missing, "--plugin", text, "--plugin", PluginPaths.Rejecting, "--plugin", foreign, "--plugin", other, "--workers", "x");

        lines.Length.ShouldBe(5, string.Join('\n', lines));
        lines[0].ShouldStartWith("--workers is \"x\"");
        lines[1].ShouldStartWith($"--plugin is \"{missing}\": there is no such file");
        lines[2].ShouldStartWith($"--plugin is \"{text}\": it is not a .NET assembly for this machine");
        lines[3].ShouldStartWith($"--plugin is \"{foreign}\": it is not a .NET assembly for this machine");
        lines[4].ShouldStartWith($"--plugin is \"{other}\": it has no public class that implements EventGateway.Abstractions.Plugins.IPlugin.");
    }

    [Fact]
    public async Task Names_a_missing_dependency()
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(PluginPaths.Rejecting)!, "RejectingPlugin.*"))
        {
            File.Copy(file, Path.Combine(_directory.Path, Path.GetFileName(file)));
        }

        var lines = await RefusedAsync("--plugin", Path.Combine(_directory.Path, "RejectingPlugin.dll"));

        // The gateway has a library of that name, which must not replace the missing one.
        lines.ShouldHaveSingleItem().ShouldContain("System.CommandLine");
    }

    [Fact]
    public async Task Reports_the_exception_of_a_constructor()
    {
        var lines = await RefusedAsync(new GatewayOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EVENT_GATEWAY_PLUGIN"] = $"{PluginPaths.Misbehaving}:{PluginPaths.Rejecting}",
                ["REJECTING_PLUGIN"] = "--rejekt x",
            },
        });

        lines[0].ShouldContain($"Loaded plug-in MisbehavingPlugin.Misbehaving of {PluginPaths.Misbehaving}");
        var line = lines.Skip(1).ShouldHaveSingleItem();
        line.ShouldContain($"--plugin is \"{PluginPaths.Rejecting}\": RejectingPlugin.Gatekeeper could not be created: InvalidOperationException: REJECTING_PLUGIN:");
        line.ShouldContain("--rejekt");
    }

    [Fact]
    public async Task Stops_waiting_for_a_constructor_that_hangs()
    {
        var lines = await RefusedAsync(new GatewayOptions
        {
            Arguments = ["--plugin", PluginPaths.Misbehaving],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MISBEHAVING_PLUGIN"] = "hang" },
        });

        lines.ShouldHaveSingleItem().ShouldContain($"--plugin is \"{PluginPaths.Misbehaving}\": MisbehavingPlugin.Misbehaving could not be created within 30 s.");
    }

    [Theory]
    [InlineData("[\"/no/a.dll\", \"/no/b:b.dll\"]", "/no/a.dll", "/no/b:b.dll")]
    [InlineData("\"/no/b:b.dll\"", "/no/b:b.dll")]
    public async Task Reads_paths_from_the_settings_file_as_a_string_or_a_list(string plugin, params string[] paths)
    {
        var lines = await RefusedAsync(new GatewayOptions { Settings = $$"""{"EventGateway": {"plugin": {{plugin}} } }""" });

        lines.Select(line => line.Split('"')[1]).ShouldBe(paths);
    }

    private static Task<string[]> RefusedAsync(params string[] arguments) => RefusedAsync(new GatewayOptions { Arguments = arguments });

    private static async Task<string[]> RefusedAsync(GatewayOptions options)
    {
        await using var gateway = GatewayProcess.Launch(options);
        (await gateway.WaitForExitAsync()).ShouldBe(1, gateway.Output);
        gateway.Output.ShouldNotContain("Unhandled exception");
        return gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Changes the processor of an assembly to IA-64 (machine field of the COFF header), on which no test runs.
    private static async Task<byte[]> OtherMachineAsync(string path)
    {
        var image = await File.ReadAllBytesAsync(path);
        var header = BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(0x3C));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(header + 4), 0x0200);
        return image;
    }

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        var path = Path.Combine(_directory.Path, name);
        await File.WriteAllBytesAsync(path, content);
        return path;
    }
}
