using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The types of HTTP/2 frames that tests send by name (RFC 9113, section 6).</summary>
internal enum FrameType
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>An HTTP/2 connection over TLS. It sends any frames and reads the answers.</summary>
internal sealed class Http2Connection : IAsyncDisposable
{
    /// <summary>The flag END_STREAM, for the last frame of a request.</summary>
    public const byte EndStream = 1;

    /// <summary>The flag END_HEADERS, for the last frame of a header block.</summary>
    public const byte EndHeaders = 4;

    private readonly SslStream _stream;

    private Http2Connection(SslStream stream) => _stream = stream;

    /// <summary>Connects to a port of 127.0.0.1, checks the server's certificate and sends the preface.</summary>
    public static async Task<Http2Connection> ConnectAsync(int port, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] },
                cancellationToken);
            var connection = new Http2Connection(stream);
            await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellationToken);
            // SETTINGS_HEADER_TABLE_SIZE = 0: without a dynamic table, Hpack can read the answers.
            await connection.SendAsync(FrameType.Settings, 0, 0, new byte[] { 0, 1, 0, 0, 0, 0 }, cancellationToken);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Returns the fields of a request: the pseudo-header fields, then the others.</summary>
    public static List<HttpField> Request(string method, string path, params IEnumerable<HttpField> headers) =>
    [
        new(":method", method), new(":scheme", "https"), new(":authority", "localhost"), new(":path", path), .. headers,
    ];

    /// <summary>Sends a request on a new connection and reads the answer.</summary>
    public static async Task<Http2Answer> SendAsync(
        int port, X509Certificate2 certificate, IEnumerable<HttpField> fields, byte[]? body, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(port, certificate, cancellationToken);
        await connection.SendAsync(FrameType.Headers, body is null ? (byte)(EndStream | EndHeaders) : EndHeaders, 1, Hpack.Encode(fields), cancellationToken);
        if (body is not null)
        {
            await connection.SendAsync(FrameType.Data, EndStream, 1, body, cancellationToken);
        }

        return await connection.ReadAnswerAsync(1, cancellationToken);
    }

    /// <summary>Sends one frame.</summary>
    public async Task SendAsync(FrameType type, byte flags, int stream, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(9));
        await SendAsync(frame, cancellationToken);
    }

    /// <summary>Sends bytes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads until the next header block on a stream, and returns its fields. They are empty when the stream was reset.</summary>
    public async Task<IReadOnlyList<HttpField>> ReadHeadAsync(int stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            switch (await ReadFrameAsync(cancellationToken))
            {
                case (FrameType.Headers, _, var of, var payload) when of == stream:
                    return Hpack.Decode(payload);
                case (FrameType.Reset, _, var of, _) when of == stream:
                case (FrameType.GoAway, _, _, _):
                    return [];
                case (FrameType.Settings, var flags, _, _) when (flags & 1) == 0:
                    await SendAsync(FrameType.Settings, 1, 0, default, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>Reads the answer on a stream. The status is 0 when the stream was reset or the connection closed.</summary>
    public async Task<Http2Answer> ReadAnswerAsync(int stream, CancellationToken cancellationToken)
    {
        var fields = new List<HttpField>();
        using var body = new MemoryStream();
        try
        {
            while (true)
            {
                var (type, flags, of, payload) = await ReadFrameAsync(cancellationToken);
                switch (type)
                {
                    case FrameType.Headers when of == stream:
                        fields.AddRange(Hpack.Decode(payload));
                        break;
                    case FrameType.Data when of == stream:
                        body.Write(payload);
                        break;
                    case FrameType.Reset when of == stream:
                    case FrameType.GoAway:
                        return new Http2Answer(0, [], []);
                    case FrameType.Settings when (flags & 1) == 0:
                        await SendAsync(FrameType.Settings, 1, 0, default, cancellationToken);
                        continue;
                    default:
                        continue;
                }

                if ((flags & EndStream) != 0)
                {
                    return new Http2Answer(int.Parse(fields.Find(":status")!), fields, body.ToArray());
                }
            }
        }
        catch (IOException)
        {
            return new Http2Answer(0, [], []);
        }
    }

    /// <summary>Reads the statuses of all answers until the connection closes or is silent for the given time.</summary>
    public async Task<List<int>> ReadStatusesAsync(TimeSpan silence)
    {
        var statuses = new List<int>();
        try
        {
            while (true)
            {
                using var deadline = new CancellationTokenSource(silence);
                var (type, _, _, payload) = await ReadFrameAsync(deadline.Token);
                if (type is FrameType.Headers && int.TryParse(Hpack.Decode(payload).Find(":status"), out var status))
                {
                    statuses.Add(status);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return statuses;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<(FrameType Type, byte Flags, int Stream, byte[] Payload)> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var head = new byte[9];
        await _stream.ReadExactlyAsync(head, cancellationToken);
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await _stream.ReadExactlyAsync(payload, cancellationToken);
        return ((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)) & int.MaxValue, payload);
    }
}

/// <summary>An answer over HTTP/2.</summary>
/// <param name="Status">The status, or 0 when there was no answer.</param>
/// <param name="Headers">The fields. Fields from the static table have a number as name, except <c>:status</c>.</param>
/// <param name="Body">The body.</param>
internal sealed record Http2Answer(int Status, IReadOnlyList<HttpField> Headers, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);
}
