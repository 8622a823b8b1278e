using System.Diagnostics;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>What the command <c>event-gateway doctor</c> said of a data directory.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, to both of its outputs.</param>
internal sealed record DoctorRun(int ExitCode, string Output)
{
    /// <summary>Runs the command.</summary>
    public static async Task<DoctorRun> OfAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [GatewayProcess.ProgramPath, "doctor", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new DoctorRun(process.ExitCode, string.Concat(output));
    }
}
