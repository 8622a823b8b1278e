using System.Diagnostics;
using Shouldly;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Runs the programs of <c>tests/Clients</c> with Node.js.</summary>
internal static class NodeProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Starts a program, whose output must be read.</summary>
    /// <param name="client">Its folder in <c>tests/Clients</c>.</param>
    /// <param name="arguments">Its file in the folder, and its arguments.</param>
    public static Process Start(string client, params string[] arguments)
    {
        // <root>/tests/<project>/bin/<configuration>/<framework>/
        var tests = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
        var directory = Path.Combine(tests, "Clients", client);
        Directory.Exists(Path.Combine(directory, "node_modules")).ShouldBeTrue("./test.sh installs the packages of tests/Clients");
        return Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Runs a program to its end, which must come within two minutes and with the exit code 0.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(string client, params string[] arguments)
    {
        using var process = Start(client, arguments);
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(Limit);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(guard.Token);
            var output = await process.StandardOutput.ReadToEndAsync(guard.Token);
            await process.WaitForExitAsync(guard.Token);
            process.ExitCode.ShouldBe(0, output + await errors);
            return output;
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
