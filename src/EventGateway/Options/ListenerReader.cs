using System.Net;

namespace EventGateway.Options;

/// <summary>Reads the options of listeners and checks them.</summary>
internal static class ListenerReader
{
    /// <summary>Reads the listener of an API.</summary>
    /// <param name="api">The first word of its options.</param>
    public static ListenerOptions Read(OptionReader reader, string api, ListenerOptions defaults)
    {
        var port = reader.Number($"{api}-port", defaults.Port, 0, 65_535);
        var listener = new ListenerOptions
        {
            Host = HostFor(port, reader.Text($"{api}-host") ?? defaults.Host),
            Port = port,
            TlsCertificate = reader.Text($"{api}-tls-cert"),
            TlsKey = reader.Text($"{api}-tls-key"),
        };
        CheckHost(reader, $"{api}-host", listener.Host);
        if (listener.TlsCertificate is null != listener.TlsKey is null)
        {
            reader.Reject($"--{api}-tls-cert and --{api}-tls-key belong together; accepted: both or neither.");
        }

        CheckFile(reader, $"{api}-tls-cert", listener.TlsCertificate);
        CheckFile(reader, $"{api}-tls-key", listener.TlsKey);
        return listener;
    }

    /// <summary>Reads the listener of metrics. Returns null when no port is set.</summary>
    public static ListenerOptions? ReadMetrics(OptionReader reader)
    {
        const string Name = "metrics-host";
        if (reader.Text("metrics-port") is null)
        {
            if (reader.Text(Name) is not null)
            {
                reader.Reject($"{reader.SourceOf(Name)} is set without --metrics-port; accepted: both, --metrics-port or neither.");
            }

            return null;
        }

        var port = reader.Number("metrics-port", 0, 0, 65_535);
        var listener = new ListenerOptions { Host = HostFor(port, reader.Text(Name) ?? "127.0.0.1"), Port = port };
        CheckHost(reader, Name, listener.Host);
        return listener;
    }

    // No port is known to be free on both loopback addresses.
    private static string HostFor(int port, string host) => port == 0 && host is "localhost" ? "127.0.0.1" : host;

    private static void CheckHost(OptionReader reader, string name, string host)
    {
        if (host is not ("*" or "localhost") && !IPAddress.TryParse(host, out _))
        {
            reader.Reject(name, host, "an IP address, localhost or *");
        }
    }

    /// <summary>Adds an error when two listeners would have the same address and port.</summary>
    public static void CheckPorts(OptionReader reader, (string Api, ListenerOptions? Options) one, (string Api, ListenerOptions? Options) other)
    {
        if (one.Options is { Port: not 0 } first && other.Options is { } second && first.Port == second.Port && first.Overlaps(second))
        {
            reader.Reject($"--{one.Api}-port and --{other.Api}-port are both {first.Port}; accepted: two different ports.");
        }
    }

    private static void CheckFile(OptionReader reader, string name, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            reader.Reject(name, path, "a PEM file that exists");
        }
    }
}
