using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EventGateway.AcceptanceTests.PowerLoss;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The real program in its own process.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TemporaryDirectory _directory = new();
    private readonly StringBuilder _output = new();

    private GatewayProcess(GatewayOptions options)
    {
        EventsPort = options.EventsPort ?? FreePort.Next();
        ConfigPort = FreePort.Next();
        Events = new RawHttpClient(EventsPort, options.Certificate);
        Config = new RawHttpClient(ConfigPort, options.Certificate) { Host = "localhost" };
        var data = options.DataDirectory ?? Path.Combine(_directory.Path, "data");
        DataDirectory = data;
        if (options.Settings is { } settings)
        {
            File.WriteAllText(Path.Combine(_directory.Path, "appsettings.json"), settings);
        }

        var start = new ProcessStartInfo
        {
            WorkingDirectory = _directory.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            ProgramPath,
            "--events-port", $"{EventsPort}",
            "--config-port", $"{ConfigPort}",
            "--embed-data-dir", data,
            .. options.Arguments,
        ];
        if (options.DiskMegabytes is { } megabytes)
        {
            // The mount namespace ends with the process. "exec" keeps the process id.
            Directory.CreateDirectory(data);
            string[] wrap =
            [
                "--mount", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--user", "--map-root-user"],
                "sh", "-c", $"mount -t tmpfs -o size={megabytes}m none \"$0\" && {DiskContents(options)} exec dotnet \"$@\"", data,
            ];
            arguments = [.. wrap, .. arguments];
        }

        if (options.FailingCalls is { } calls)
        {
            // "-D" keeps the process id. The tracer runs in another process, which ends with the program.
            string[] wrap =
            [
                "-D", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none", "-e", $"trace={calls.Split(':')[0]}", "-e", $"inject={calls}",
                "-o", CallsFile, "dotnet",
            ];
            arguments = [.. wrap, .. arguments];
        }

        if (options.DiskCallsFile is { } record)
        {
            arguments = [.. DiskCallLog.Arguments(record), "dotnet", .. arguments];
        }

        if (options.OpenFiles is { } files)
        {
            arguments = [$"--nofile={files}:{files}", "dotnet", .. arguments];
        }

        if (options.IgnoresHangUp)
        {
            arguments = ["dotnet", .. arguments];
        }

        var launcher = Launcher(options);
        if (launcher == "dotnet")
        {
            // Shells ignore these signals for background jobs, and child processes inherit that. The program must not ignore them.
            (launcher, arguments) = ("env", ["--default-signal=HUP,INT,QUIT", "dotnet", .. arguments]);
        }

        start.FileName = launcher;
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.Start();
        if (options.DiskMegabytes is not null)
        {
            DataDirectory = $"/proc/{_process.Id}/root{data}";
        }

        if (options.ReadsOutput)
        {
            ReadOutput();
        }
    }

    /// <summary>The path of the program, built in the same configuration as the tests.</summary>
    public static string ProgramPath { get; } = FindProgram();

    /// <summary>The data directory, as seen from the test process.</summary>
    public string DataDirectory { get; }

    /// <summary>The program's working directory.</summary>
    public string WorkingDirectory => _directory.Path;

    /// <summary>The port of the Events API.</summary>
    public int EventsPort { get; }

    /// <summary>The port of the Configuration API.</summary>
    public int ConfigPort { get; }

    /// <summary>A client of the Events API.</summary>
    public RawHttpClient Events { get; }

    /// <summary>A client of the Configuration API.</summary>
    public RawHttpClient Config { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The number of system calls that strace made fail.</summary>
    public int FailedCalls => File.Exists(CallsFile) ? File.ReadLines(CallsFile).Count(static line => line.Contains("(INJECTED)", StringComparison.Ordinal)) : 0;

    /// <summary>The program's standard output and standard error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the program and waits until it is ready.</summary>
    public static Task<GatewayProcess> StartAsync(params string[] arguments) => StartAsync(new GatewayOptions { Arguments = arguments });

    /// <summary>Starts the program and waits until it is ready.</summary>
    public static async Task<GatewayProcess> StartAsync(GatewayOptions options)
    {
        var gateway = Launch(options);
        try
        {
            await Eventually.TrueAsync(gateway.IsReadyAsync, "the gateway is ready", Deadline);
            return gateway;
        }
        catch (Exception exception)
        {
            await gateway.DisposeAsync();
            throw new InvalidOperationException($"The gateway did not start. It wrote:\n{gateway.Output}", exception);
        }
    }

    /// <summary>Starts the program without waiting for anything.</summary>
    public static GatewayProcess Launch(GatewayOptions options) => new(options);

    /// <summary>Starts to read standard output and standard error.</summary>
    public void ReadOutput()
    {
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits until the program is ready or has ended.</summary>
    /// <returns>Whether it is ready.</returns>
    public async Task<bool> TryBecomeReadyAsync()
    {
        await Eventually.TrueAsync(async () => _process.HasExited || await IsReadyAsync(), "the gateway is ready or has ended", Deadline);
        return !_process.HasExited;
    }

    /// <summary>Waits until the program has ended, and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Sends the program SIGTERM, as a supervisor does.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <summary>Sends the program a signal.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Sends the program SIGTERM, waits until it has ended, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await TerminateAsync();
        return await WaitForExitAsync();
    }

    /// <summary>Kills the program like a crash: at once, without cleanup.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private string CallsFile => Path.Combine(_directory.Path, "calls");

    // Returns shell commands. "$0" is the directory of the disk.
    private static string DiskContents(GatewayOptions options) =>
        options.FullDiskWith is { } contents ? $"cp -a --sparse=never '{contents}/.' \"$0\" && {{ cat /dev/zero > \"$0/filler\" 2>/dev/null || true; }} &&"
        : options.IsDiskReadOnly ? "mount -o remount,ro \"$0\" &&"
        : string.Empty;

    private static string Launcher(GatewayOptions options) =>
        options.OpenFiles is not null ? "prlimit"
        : options.DiskMegabytes is not null ? "unshare"
        : options.FailingCalls is not null || options.DiskCallsFile is not null ? "strace"
        : options.IgnoresHangUp ? "nohup"
        : "dotnet";

    private static string FindProgram()
    {
        // <root>/tests/<project>/bin/<configuration>/<framework>/
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = output.Parent!.Name;
        var root = output.Parent.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(root, "src", "EventGateway", "bin", configuration, output.Name, "event-gateway.dll");
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The gateway ended with {_process.ExitCode}.");
        }

        try
        {
            return (await Config.GetAsync("/readyz")).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}
