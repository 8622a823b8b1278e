using System.Net;
using System.Net.Sockets;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Abstractions.Connections;

/// <summary>Opens the connections of functions, within a limit and not to forbidden addresses.</summary>
/// <param name="forbidden">The forbidden addresses.</param>
/// <param name="shares">The limit of open connections. Null means no limit.</param>
/// <param name="lookUps">Finds the addresses of hosts.</param>
/// <param name="overload">Counts refused connections. Null means that they are not counted.</param>
internal sealed class OutgoingConnections(ForbiddenAddresses forbidden, ConnectionShares? shares, NameLookUps lookUps, IOverloadObserver? overload)
{
    // Refused connections are counted by these reasons.
    private const string NoConnection = "outgoing_connections";
    private const string NoLookUp = "name_lookups";

    // Connections end all the time, so a short wait often helps.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens a connection to the first address of a host that answers.</summary>
    /// <exception cref="CallRefusedException">An address of the host is forbidden, or too many connections are open.</exception>
    /// <exception cref="SocketException">The host has no address, or none answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        // DNS refuses 0.0.0.0 and ::, but a connection to them reaches this machine.
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await FindAsync(host, cancellationToken);
        foreach (var address in addresses)
        {
            if (forbidden.Find(address, port) is { } what)
            {
                var place = host == address.ToString() ? host : $"{host} is {address}";
                throw CallRefusedException.Forbidden($"the URL leads to {what} ({place}, port {port}). Functions cannot be called there: change the URL.");
            }
        }

        await EnterAsync(context.DnsEndPoint, cancellationToken);
        try
        {
            return new Connection(await ConnectAsync(addresses, port, cancellationToken), context.DnsEndPoint, shares);
        }
        catch
        {
            shares?.Leave(context.DnsEndPoint);
            throw;
        }
    }

    private async ValueTask<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (await lookUps.FindAsync(host, cancellationToken) is { } addresses)
        {
            return addresses;
        }

        overload?.Refused(NoLookUp);
        throw CallRefusedException.Overloaded($"too many host names are being looked up; the limit is {lookUps.Limit}.");
    }

    private async ValueTask EnterAsync(DnsEndPoint server, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; shares?.TryEnter(server) is false; waited += Pause)
        {
            if (waited >= MaxWait)
            {
                overload?.Refused(NoConnection);
                throw CallRefusedException.Overloaded($"{server.Host}:{server.Port} has its share of the {shares.Limit} connections to functions.");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var failure = SocketError.HostNotFound;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                TcpKeepAlive.Enable(socket);
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return socket;
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                failure = exception.SocketErrorCode;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        // The message has no address: the transport adds the host.
        throw new SocketException((int)failure);
    }

    private sealed class Connection(Socket socket, DnsEndPoint server, ConnectionShares? shares) : NetworkStream(socket, ownsSocket: true)
    {
        private ConnectionShares? _shares = shares;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Interlocked.Exchange(ref _shares, null)?.Leave(server);
        }
    }
}
