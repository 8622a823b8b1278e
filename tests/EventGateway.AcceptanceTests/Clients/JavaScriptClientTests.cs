using System.Diagnostics;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The JavaScript SDK of CloudEvents sends events through the gateway and reads what arrives (tests/Clients/cloudevents).</summary>
public sealed class JavaScriptClientTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Reads_the_events_that_it_sent()
    {
        // <root>/tests/<project>/bin/<configuration>/<framework>/
        var tests = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
        var directory = Path.Combine(tests, "Clients", "cloudevents");
        Directory.Exists(Path.Combine(directory, "node_modules")).ShouldBeTrue("./test.sh installs the packages of tests/Clients");
        using var process = Process.Start(new ProcessStartInfo("node")
        {
            WorkingDirectory = directory,
            ArgumentList = { "client.js", $"http://127.0.0.1:{running.Gateway.EventsPort}", $"http://127.0.0.1:{running.Gateway.ConfigPort}" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            process.ExitCode.ShouldBe(0, output + await error);
            output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(30, output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
