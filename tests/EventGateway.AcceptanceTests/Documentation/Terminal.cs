using System.Diagnostics;

namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>A shell that runs one command after the other.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private const string End = "-- end of the step --";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _shell;

    /// <summary>Starts the shell in a directory.</summary>
    public Terminal(string directory)
    {
        // Without a terminal, curl prints a progress meter.
        File.WriteAllText(Path.Combine(directory, ".curlrc"), "no-progress-meter");
        _shell = new Process
        {
            StartInfo = new ProcessStartInfo("bash")
            {
                WorkingDirectory = directory,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        _shell.StartInfo.Environment["CURL_HOME"] = directory;
        _shell.Start();
        _shell.StandardInput.AutoFlush = true;
        _shell.StandardInput.WriteLine("exec 2>&1");
    }

    /// <summary>Runs commands and waits for their end.</summary>
    /// <returns>The output, without the last line breaks.</returns>
    public async Task<string> RunAsync(string commands)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _shell.StandardInput.WriteLineAsync($"{commands}\necho; echo '{End}'".AsMemory(), deadline.Token);
        var lines = new List<string>();
        while (await _shell.StandardOutput.ReadLineAsync(deadline.Token) is { } line && line != End)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines).TrimEnd('\n');
    }

    /// <summary>Starts a command that does not end.</summary>
    public Task StartAsync(string command) => _shell.StandardInput.WriteLineAsync("exec " + command);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_shell.HasExited)
        {
            _shell.Kill(entireProcessTree: true);
        }

        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }
}
