using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A function server that checks every request strictly, keeps its connections open and records errors.</summary>
internal sealed class StrictFunctionServer : IAsyncDisposable
{
    private readonly ConnectionListener _listener;
    private readonly Func<StrictRequest, string> _answer;

    /// <summary>Starts the server on a free port of 127.0.0.1.</summary>
    /// <param name="answer">Creates the body of an answer.</param>
    public StrictFunctionServer(Func<StrictRequest, string> answer)
    {
        _answer = answer;
        _listener = new ConnectionListener(ServeAsync);
    }

    /// <summary>The port.</summary>
    public int Port => _listener.Port;

    /// <summary>The well-formed requests.</summary>
    public ConcurrentQueue<StrictRequest> Requests { get; } = new();

    /// <summary>The errors in malformed requests.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Returns the URL of a path.</summary>
    public string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    /// <summary>Checks the target and headers of a request from any server, records it, and returns the body of the answer.</summary>
    public string Receive(StrictRequest request)
    {
        if (StrictRequestReader.FindFault(request) is { } fault)
        {
            Faults.Enqueue(fault);
        }

        Requests.Enqueue(request);
        return _answer(request);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var reader = new StrictRequestReader(stream);
        try
        {
            while (await reader.ReadAsync(cancellationToken) is { } request)
            {
                var body = Encoding.Latin1.GetBytes(Receive(request));
                var head = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
                await stream.WriteAsync(request.Method == "HEAD" ? [] : body, cancellationToken);
            }
        }
        catch (MalformedRequestException exception)
        {
            Faults.Enqueue(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The gateway aborted a request, or the test is over.
        }
    }
}
