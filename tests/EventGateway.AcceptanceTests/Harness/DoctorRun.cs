using System.Diagnostics;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>What the command <c>event-gateway doctor</c> said of a data directory.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, to both of its outputs.</param>
internal sealed record DoctorRun(int ExitCode, string Output)
{
    /// <summary>Runs the command.</summary>
    public static Task<DoctorRun> OfAsync(params string[] arguments) => RunAsync("dotnet", [GatewayProcess.ProgramPath, "doctor", .. arguments]);

    /// <summary>Runs the command with a copy of a data directory, on a disk that has no room but 8 KiB.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="megabytes">The size of the disk, in MiB, which holds the copy.</param>
    public static async Task<DoctorRun> OnFullDiskAsync(string directory, int megabytes)
    {
        using var disk = new TemporaryDirectory();
        return await RunAsync(
            "unshare",
            [
                "--mount", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--user", "--map-root-user"],
                "sh", "-c",
                $"mount -t tmpfs -o size={megabytes}m none \"$0\" && cp -a '{directory}/.' \"$0\" && {{ cat /dev/zero > \"$0/filler\" 2>/dev/null || true; }} && truncate -s -8K \"$0/filler\""
                + " && exec dotnet \"$1\" doctor --data-dir \"$0\"",
                disk.Path, GatewayProcess.ProgramPath,
            ]);
    }

    private static async Task<DoctorRun> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
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
