using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// A function that returns the header <c>x-value</c> of its request as <c>x-echo</c>: byte by byte when it gets the request itself, and
/// as text in a response object when it gets an event.
/// </summary>
internal sealed class HeaderEcho : IAsyncDisposable
{
    private readonly ConnectionListener _listener;

    /// <summary>Starts the function on a free port of 127.0.0.1.</summary>
    public HeaderEcho() => _listener = new ConnectionListener(ServeAsync);

    /// <summary>The URL of the function.</summary>
    public string Url => $"http://127.0.0.1:{_listener.Port}/f";

    /// <summary>Answers to paths with <c>slow</c> are sent when this task completes.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadHeadAsync(stream, cancellationToken) is { } lines)
            {
                var body = new byte[int.Parse(Find(lines, "content-length") ?? "0", CultureInfo.InvariantCulture)];
                await stream.ReadExactlyAsync(body, cancellationToken);
                if (lines[0].Contains("slow", StringComparison.Ordinal))
                {
                    await Until.WaitAsync(cancellationToken);
                }

                var answer = body.Length > 0 ? ResponseObject(body) : "";
                var echo = Find(lines, "x-value") is { } value ? $"x-echo: {value}\r\n" : "";
                await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{echo}Content-Length: {answer.Length}\r\n\r\n{answer}"), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The gateway closed the connection, or the test is over.
        }
    }

    // In ASCII: characters outside of it are escaped.
    private static string ResponseObject(byte[] cloudEvent) => new JsonObject
    {
        ["statusCode"] = 200,
        ["headers"] = new JsonObject { ["x-echo"] = JsonNode.Parse(cloudEvent)!["data"]!["headers"]!["X-Value"]?.GetValue<string>() },
    }.ToJsonString();

    private static string? Find(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim(' ', '\t');

    // Each character is one byte.
    private static async Task<string[]?> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString().Split("\r\n");
    }
}
