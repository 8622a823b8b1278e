using System.Diagnostics;
using System.Text;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>An emulator of an AWS service from tests/Emulators, in a process of its own.</summary>
internal sealed class Emulator : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Emulator(int port, string program, string[] arguments)
    {
        Port = port;
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine("node_modules", program));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Prevents calls to the internet.
        start.Environment["SLS_TELEMETRY_DISABLED"] = "1";
        start.Environment["SLS_NOTIFICATIONS_MODE"] = "off";
        start.Environment["SLS_DEPRECATION_DISABLE"] = "*";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    private static string Directory { get; } = FindDirectory();

    /// <summary>Starts Kinesis, in memory.</summary>
    /// <param name="port">The port. Null means a free one.</param>
    public static Task<Emulator> StartKinesisAsync(int? port = null)
    {
        var chosen = port ?? FreePort.Next();
        return StartAsync(new Emulator(chosen, Path.Combine("kinesalite", "cli.js"), ["--port", $"{chosen}", "--createStreamMs", "1"]));
    }

    /// <summary>Starts Lambda with the functions of serverless.yml.</summary>
    public static Task<Emulator> StartLambdaAsync()
    {
        var port = FreePort.Next();
        return StartAsync(new Emulator(
            port,
            Path.Combine("serverless", "bin", "serverless.js"),
            ["offline", "start", "--host", "127.0.0.1", "--httpPort", $"{FreePort.Next()}", "--lambdaPort", $"{port}"]));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Emulator> StartAsync(Emulator emulator)
    {
        try
        {
            await Eventually.TrueAsync(emulator.ListensAsync, "the emulator listens", TimeSpan.FromSeconds(90));
            return emulator;
        }
        catch (Exception exception)
        {
            await emulator.DisposeAsync();
            throw new InvalidOperationException(
                $"The emulator did not start; ./test.sh installs what it needs. It wrote:\n{emulator._output}", exception);
        }
    }

    private Task<bool> ListensAsync() => _process.HasExited
        ? throw new InvalidOperationException($"The emulator ended with {_process.ExitCode}.")
        : Listener.IsThereAsync(Port);

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private static string FindDirectory()
    {
        // <root>/tests/<project>/bin/<configuration>/<framework>/
        var tests = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine(tests, "Emulators");
    }
}
