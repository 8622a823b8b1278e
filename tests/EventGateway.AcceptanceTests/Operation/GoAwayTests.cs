using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>HTTP/2 connections while the program stops, frame by frame (RFC 9113, RFC 7541).</summary>
public sealed class GoAwayTests
{
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte GoAway = 7;

    [Fact]
    public async Task A_connection_gets_GOAWAY_at_once_and_then_the_answer_to_its_request()
    {
        using var certificate = new ServerCertificate();
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync("--events-tls-cert", certificate.CertificateFile, "--events-tls-key", certificate.KeyFile);
        var release = new TaskCompletionSource();
        await gateway.SubscribeAsync(functions, "sync", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""") with { Until = release.Task }, "/sync");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var connection = await ConnectAsync(gateway.EventsPort, certificate.Certificate, deadline.Token);
        await SendRequestAsync(connection, deadline.Token);
        (await functions.WaitForAsync(1)).ShouldBeTrue();

        await gateway.TerminateAsync();
        var goAway = await ReadUntilAsync(connection, GoAway, deadline.Token);
        release.SetResult();
        var answer = await ReadUntilAsync(connection, Headers, deadline.Token);

        BinaryPrimitives.ReadUInt32BigEndian(goAway.AsSpan(4)).ShouldBe(0u, "no error");
        answer.Length.ShouldBeGreaterThan(0);
        (await gateway.WaitForExitAsync()).ShouldBe(0, gateway.Output);
    }

    private static async Task<Stream> ConnectAsync(int port, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var secure = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, (_, shown, _, _) => certificate.Equals(shown));
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellationToken);
        secure.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2);
        return secure;
    }

    private static async Task SendRequestAsync(Stream connection, CancellationToken cancellationToken)
    {
        // POST and https are entries of the static table. Path and authority are literals.
        byte[] block = [0x83, 0x87, 0x04, 5, .. "/sync"u8, 0x01, 9, .. "localhost"u8];
        byte[] bytes = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, 0x5, 1, block)];
        await connection.WriteAsync(bytes, cancellationToken);
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];

    // Returns the payload of the next frame of this type.
    private static async Task<byte[]> ReadUntilAsync(Stream connection, byte type, CancellationToken cancellationToken)
    {
        var head = new byte[9];
        while (true)
        {
            await connection.ReadExactlyAsync(head, cancellationToken);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await connection.ReadExactlyAsync(payload, cancellationToken);
            if (head[3] == type)
            {
                return payload;
            }
        }
    }
}
