using System.Diagnostics;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A run of the command <c>event-gateway doctor</c>.</summary>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Standard output, then standard error.</param>
internal sealed record DoctorRun(int ExitCode, string Output)
{
    /// <summary>Runs the command.</summary>
    public static Task<DoctorRun> OfAsync(params string[] arguments) => RunAsync("dotnet", [GatewayProcess.ProgramPath, "doctor", .. arguments]);

    /// <summary>Runs the command with a copy of a data directory, on a disk with 8 KiB of free space.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="megabytes">The size of the disk in MiB. It must have room for the copy.</param>
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
