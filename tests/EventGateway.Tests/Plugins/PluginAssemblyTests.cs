using EventGateway.Plugins;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Plugins;

/// <summary>What can't be opened; what can is loaded by the acceptance tests.</summary>
public sealed class PluginAssemblyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("no/such/file.dll")]
    public void Refuses_a_path_without_a_file(string path)
    {
        PluginAssembly.TryOpen(path, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldStartWith("there is no such file");
    }

    [Fact]
    public async Task Refuses_a_file_that_is_no_assembly()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "x.dll");
        await File.WriteAllBytesAsync(path, [1, 2, 3]);

        PluginAssembly.TryOpen(path, out _, out var error).ShouldBeFalse();

        error.ShouldNotBeNull().ShouldStartWith("it is not a .NET assembly for this machine");
    }

    [Fact]
    public void Refuses_an_assembly_without_a_plug_in()
    {
        PluginAssembly.TryOpen(typeof(ShouldBeTestExtensions).Assembly.Location, out _, out var error).ShouldBeFalse();

        error.ShouldBe("it has no public class that implements EventGateway.Abstractions.Plugins.IPlugin.");
    }
}
