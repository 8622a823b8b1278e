using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace EventGateway.Benchmarks.Processes;

/// <summary>A process that this program starts, and ends when it is disposed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ChildProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Remember(e.Data);
        _process.ErrorDataReceived += (_, e) => Remember(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The memory of the process (RSS) in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.AsSpan(6).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The processor time that the process has used since its start, user and kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program and waits until a GET succeeds. Fails when the program ends or a minute has passed.</summary>
    /// <param name="program">The program. A <c>.dll</c> runs with dotnet.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="ready">The URL of the GET.</param>
    /// <param name="environment">Environment variables to add. Null adds none.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<ChildProcess> StartAsync(
        string program, IReadOnlyList<string> arguments, Uri ready, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var isAssembly = program.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isAssembly ? "dotnet" : program, isAssembly ? [program, .. arguments] : arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!);
        try
        {
            await child.WaitUntilReadyAsync(ready, cancellationToken);
            return child;
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            // An HTTP client needs much processor time for a refused connection, which would slow the start that is measured.
            while (!_process.HasExited && !await ListensAsync(uri, limit.Token))
            {
                await Task.Delay(5, limit.Token);
            }

            while (true)
            {
                using var response = await client.GetAsync(uri, limit.Token);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }

                await Task.Delay(5, limit.Token);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"{_process.StartInfo.FileName} does not answer at {uri}. Its last output:\n{LastOutput()}", exception);
        }
    }

    private static async Task<bool> ListensAsync(Uri uri, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(uri.Host, uri.Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Remember(string? line)
    {
        lock (_lastLines)
        {
            _lastLines.Enqueue(line ?? string.Empty);
            while (_lastLines.Count > 20)
            {
                _lastLines.Dequeue();
            }
        }
    }

    private string LastOutput()
    {
        lock (_lastLines)
        {
            return string.Join('\n', _lastLines);
        }
    }
}
