using System.Diagnostics;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The client for Node.js of the 0.9 Event Gateway (<c>tests/Clients/event-gateway-sdk</c>).</summary>
public sealed class EventGatewaySdkTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_sdk_of_0_9_works_unchanged()
    {
        await using var functions = new FunctionServer();
        functions["/greet"] = FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}""");
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");

        var (exitCode, output) = await RunAsync(
            $"http://127.0.0.1:{gateway.EventsPort}", $"http://127.0.0.1:{gateway.ConfigPort}", functions.Url("/greet"));

        (exitCode, output.Trim()).ShouldBe((0, "done"), output);
        (await functions.WaitForAsync(2, Timeout)).ShouldBeTrue();
        functions.Calls(0)[1].Json["data"]!["name"]!.GetValue<string>().ShouldBe("Ada");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        // <root>/tests/<project>/bin/<configuration>/<framework>/
        var tests = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
        var start = new ProcessStartInfo("node", ["index.js", .. arguments])
        {
            WorkingDirectory = Path.Combine(tests, "Clients", "event-gateway-sdk"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var guard = new CancellationTokenSource(Timeout);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(guard.Token);
            var output = await process.StandardOutput.ReadToEndAsync(guard.Token);
            await process.WaitForExitAsync(guard.Token);
            return (process.ExitCode, output + await errors);
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
