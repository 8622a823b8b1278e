using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>An HTTP server whose paths are functions: it records every call and answers from a table.</summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, FunctionAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<FunctionCall> _calls = [];
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the server on a free port of 127.0.0.1.</summary>
    /// <param name="tls">How it speaks TLS. Not set: it does not.</param>
    public FunctionServer(SslServerAuthenticationOptions? tls = null)
    {
        _tls = tls;
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many calls came so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Sets what a path answers, the query not looked at. A path without an answer is 404.</summary>
    public FunctionAnswer this[string path]
    {
        set => _answers[path] = value;
    }

    /// <summary>The URL of a path.</summary>
    public string Url(string path) => $"{(_tls is null ? "http" : "https")}://127.0.0.1:{Port}{path}";

    /// <summary>The calls from the <paramref name="from"/>th on.</summary>
    public IReadOnlyList<FunctionCall> Calls(int from = 0)
    {
        lock (_lock)
        {
            return _calls[from..];
        }
    }

    /// <summary>Waits until there were this many calls; false where they did not come in time.</summary>
    public async Task<bool> WaitForAsync(int count, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? Deadline);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_calls.Count >= count)
                {
                    return true;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
                connections.RemoveAll(c => c.IsCompleted);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var network = new NetworkStream(socket, ownsSocket: true);
        await using var secure = _tls is null ? null : new SslStream(network);
        var stream = secure ?? (Stream)network;
        var reader = new HttpStreamReader(stream);
        try
        {
            if (secure is not null)
            {
                await secure.AuthenticateAsServerAsync(_tls!, _stop.Token);
            }

            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var parts = line.Split(' ');
                var headers = await reader.ReadFieldsAsync(_stop.Token);
                var body = await reader.ReadBodyAsync(headers, toEnd: false, _stop.Token);
                var answer = _answers.GetValueOrDefault(parts[1].Split('?')[0]) ?? new FunctionAnswer { Status = 404 };
                Record(new FunctionCall(parts[0], parts[1], headers, body)
                {
                    Answer = answer.Status,
                    ClientCertificate = (secure?.RemoteCertificate as X509Certificate2)?.Thumbprint,
                });
                if (!await AnswerAsync(stream, parts[0], answer))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException)
        {
            // The gateway hung up, one does not trust the other, or the test is over.
        }
    }

    private void Record(FunctionCall call)
    {
        lock (_lock)
        {
            _calls.Add(call);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, string method, FunctionAnswer answer)
    {
        await (answer.Until ?? Task.CompletedTask).WaitAsync(_stop.Token);
        await Task.Delay(answer.Delay, _stop.Token);
        if (answer.Close)
        {
            return false;
        }

        if (answer.Raw is not null)
        {
            await answer.Raw(stream, _stop.Token);
            return false;
        }

        var body = answer.Bytes ?? Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Answer\r\n");
        foreach (var (name, value) in answer.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (answer.Status is not 204)
        {
            head.Append($"Content-Length: {body.Length}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        await stream.WriteAsync(method == "HEAD" ? [] : body, _stop.Token);
        return true;
    }
}
