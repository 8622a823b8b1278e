using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>An HTTP server with a function at each path. It records every call and answers from a table.</summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ConnectionListener _listener;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly ConcurrentDictionary<string, FunctionAnswer> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly List<FunctionCall> _calls = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts the server on a free port of 127.0.0.1.</summary>
    /// <param name="tls">The TLS options. Null means plain HTTP.</param>
    public FunctionServer(SslServerAuthenticationOptions? tls = null)
    {
        _tls = tls;
        _listener = new ConnectionListener(ServeAsync);
    }

    /// <summary>The port.</summary>
    public int Port => _listener.Port;

    /// <summary>The number of calls so far.</summary>
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

    /// <summary>Sets the answer of a path, with any query. Paths without an answer return 404.</summary>
    public FunctionAnswer this[string path]
    {
        set => _answers[path] = value;
    }

    /// <summary>Returns the URL of a path.</summary>
    public string Url(string path) => $"{(_tls is null ? "http" : "https")}://127.0.0.1:{Port}{path}";

    /// <summary>Returns the calls, starting at index <paramref name="from"/>.</summary>
    public IReadOnlyList<FunctionCall> Calls(int from = 0)
    {
        lock (_lock)
        {
            return _calls[from..];
        }
    }

    /// <summary>Waits until there are this many calls. Returns false when they do not arrive in time.</summary>
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
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream network, CancellationToken cancellationToken)
    {
        await using var secure = _tls is null ? null : new SslStream(network);
        var stream = secure ?? (Stream)network;
        var reader = new HttpStreamReader(stream);
        try
        {
            if (secure is not null)
            {
                await secure.AuthenticateAsServerAsync(_tls!, cancellationToken);
            }

            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                var parts = line.Split(' ');
                var headers = await reader.ReadFieldsAsync(cancellationToken);
                var body = await reader.ReadBodyAsync(headers, toEnd: false, cancellationToken);
                var answer = _answers.GetValueOrDefault(parts[1].Split('?')[0]) ?? new FunctionAnswer { Status = 404 };
                Record(new FunctionCall(parts[0], parts[1], headers, body)
                {
                    Answer = answer.Status,
                    ClientCertificate = (secure?.RemoteCertificate as X509Certificate2)?.Thumbprint,
                });
                if (!await AnswerAsync(stream, parts[0], answer, cancellationToken))
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or AuthenticationException)
        {
            // The gateway closed the connection, the TLS handshake failed, or the test is over.
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

    private static async Task<bool> AnswerAsync(Stream stream, string method, FunctionAnswer answer, CancellationToken cancellationToken)
    {
        await (answer.Until ?? Task.CompletedTask).WaitAsync(cancellationToken);
        await Task.Delay(answer.Delay, cancellationToken);
        if (answer.Close)
        {
            return false;
        }

        if (answer.Raw is not null)
        {
            await answer.Raw(stream, cancellationToken);
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

        await stream.WriteAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), cancellationToken);
        await stream.WriteAsync(method == "HEAD" ? [] : body, cancellationToken);
        return true;
    }
}
