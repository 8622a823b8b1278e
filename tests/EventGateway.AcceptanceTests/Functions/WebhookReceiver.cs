using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>The receiver of tests/Clients/standardwebhooks, in a process of its own.</summary>
public sealed class WebhookReceiver : IAsyncLifetime
{
    private readonly StringBuilder _output = new();
    private readonly int _port = FreePort.Next();
    private Process? _process;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _process = NodeProgram.Start("standardwebhooks", "receiver.js", $"{_port}");
        _process.OutputDataReceived += (_, e) => Append(e.Data);
        _process.ErrorDataReceived += (_, e) => Append(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            await Eventually.TrueAsync(
                () => _process.HasExited ? throw new InvalidOperationException("It ended.") : Listener.IsThereAsync(_port), "the receiver listens");
        }
        catch (Exception exception)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"The receiver did not start. It wrote:\n{_output}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Returns the URL of a function that checks requests with a key.</summary>
    internal string Url(string key) => $"http://127.0.0.1:{_port}/?key={Uri.EscapeDataString(key)}";

    /// <summary>Returns the requests that were checked with a key.</summary>
    /// <param name="with">Another key to check them with. Null checks with none.</param>
    internal async Task<JsonArray> RequestsAsync(string key, string? with = null) =>
        (await new RawHttpClient(_port).GetAsync($"/?key={Uri.EscapeDataString(key)}{(with is null ? "" : $"&with={Uri.EscapeDataString(with)}")}")).Json.AsArray();

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
