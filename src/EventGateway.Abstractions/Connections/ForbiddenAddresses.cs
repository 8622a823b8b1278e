using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// Addresses that must not be called: those of cloud metadata servers, which issue the machine's credentials, and the gateway's own
/// Configuration API. An address is checked when its connection is made, so a name cannot resolve to another one in between.
/// </summary>
public sealed class ForbiddenAddresses
{
    private static readonly FrozenSet<IPAddress> Metadata = new[]
    {
        // AWS, Google, Azure, Oracle, DigitalOcean and others; the containers and pods of AWS; AWS and Google over IPv6.
        "169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254",
        // Alibaba, Tencent, and Azure's second one.
        "100.100.100.200", "169.254.0.23", "168.63.129.16",
        // Scaleway; Oracle and OpenStack over IPv6.
        "169.254.42.42", "fd00:42::42", "fd00:c1::a9fe:a9fe", "fe80::a9fe:a9fe",
    }.Select(IPAddress.Parse).ToFrozenSet();

    private readonly Lock _gate = new();
    private readonly bool _isEmpty;
    private volatile IPEndPoint[] _own = [];

    /// <summary>Forbids metadata servers.</summary>
    public ForbiddenAddresses()
    {
    }

    private ForbiddenAddresses(bool isEmpty) => _isEmpty = isEmpty;

    /// <summary>Forbids no address. For requests of the gateway itself.</summary>
    public static ForbiddenAddresses None { get; } = new(isEmpty: true);

    /// <summary>Adds an address that the Configuration API listens on.</summary>
    /// <param name="endpoint">The address; <c>0.0.0.0</c> and <c>::</c> stand for all addresses of the machine.</param>
    public void AddOwn(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        lock (_gate)
        {
            _own = [.. _own, new IPEndPoint(Plain(endpoint.Address), endpoint.Port)];
        }
    }

    /// <summary>Returns what is at an address that is forbidden.</summary>
    /// <param name="address">The address, as resolved by DNS.</param>
    /// <returns>The server at the address, for an error. Null when the address may be called.</returns>
    public string? Find(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (_isEmpty)
        {
            return null;
        }

        var plain = Plain(address);
        if (Metadata.Contains(plain))
        {
            return "a cloud metadata server";
        }

        foreach (var own in _own)
        {
            if (own.Port == port && Leads(plain, own.Address))
            {
                return "the gateway's Configuration API";
            }
        }

        return null;
    }

    // A connection to 0.0.0.0 or :: is made to this machine.
    private static bool Leads(IPAddress address, IPAddress listening) =>
        address.Equals(listening) || IsAny(address) || (IsAny(listening) && IsOfThisMachine(address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsOfThisMachine(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
            .Any(own => Plain(own.Address).Equals(address));

    // One spelling for each: IPv4 within IPv6 (::ffff:0:0/96, ::/96 and NAT64's 64:ff9b::/96) as IPv4, and no scope.
    private static IPAddress Plain(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length) || length == 4)
        {
            return address;
        }

        var head = bytes[..12];
        return address.IsIPv4MappedToIPv6
            || head.SequenceEqual((ReadOnlySpan<byte>)[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0])
            || (!head.ContainsAnyExcept((byte)0) && bytes[12..14].ContainsAnyExcept((byte)0))
                ? new IPAddress(bytes[12..])
                : new IPAddress(bytes);
    }
}
