using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>An HTTP/1.1 client that sends requests unchanged, each on a new connection.</summary>
/// <param name="port">The port of 127.0.0.1.</param>
/// <param name="certificate">The expected certificate of the server. Null means plain HTTP.</param>
internal sealed class RawHttpClient(int port, X509Certificate2? certificate = null)
{
    /// <summary>The value of <c>Host</c> in each request. Null means the value of the request.</summary>
    public string? Host { get; init; }

    /// <summary>The time limit of a request. Default: 30 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sends a request without a body.</summary>
    public Task<RawResponse> GetAsync(string path, params HttpField[] headers) => SendAsync(new RawRequest("GET", path) { Headers = headers });

    /// <summary>Sends a JSON body.</summary>
    public Task<RawResponse> PostAsync(string path, string json) => SendAsync(RawRequest.Json("POST", path, json));

    /// <summary>Sends a request and reads its response.</summary>
    public Task<RawResponse> SendAsync(RawRequest request) =>
        SendAsync((Host is null ? request : request with { Host = Host }).ToBytes(), request.Method == "HEAD");

    /// <summary>Sends bytes and reads a response.</summary>
    public async Task<RawResponse> SendAsync(byte[] request, bool head = false)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var connection = await ConnectAsync(deadline.Token);
        try
        {
            await connection.WriteAsync(request, deadline.Token);
        }
        catch (IOException)
        {
            // A server may answer and close the connection before it has read the request. The client can still read the answer.
        }

        return await ReadResponseAsync(connection, head, deadline.Token);
    }

    /// <summary>Opens a connection, for tests that write a request in pieces.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (certificate is null)
            {
                return stream;
            }

            var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
            return secure;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads one response. Returns <see cref="RawResponse.None"/> when the connection closes without one.</summary>
    public static async Task<RawResponse> ReadResponseAsync(Stream connection, bool head, CancellationToken cancellationToken)
    {
        var reader = new HttpStreamReader(connection);
        int status;
        IReadOnlyList<HttpField> headers;
        try
        {
            do
            {
                var line = await reader.ReadLineAsync(cancellationToken);
                if (line is null)
                {
                    return RawResponse.None;
                }

                status = int.Parse(line.Split(' ')[1]);
                headers = await reader.ReadFieldsAsync(cancellationToken);
            }
            while (status is >= 100 and < 200);
        }
        catch (IOException)
        {
            return RawResponse.None;
        }

        if (head || status is 204 or 304)
        {
            return new RawResponse(status, headers, []);
        }

        try
        {
            return new RawResponse(status, headers, await reader.ReadBodyAsync(headers, toEnd: true, cancellationToken));
        }
        catch (IOException)
        {
            return new RawResponse(status, headers, []) { Incomplete = true };
        }
    }
}
