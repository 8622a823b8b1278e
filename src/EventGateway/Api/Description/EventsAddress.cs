using EventGateway.Options;

namespace EventGateway.Api.Description;

/// <summary>The address of the Events API in documents. Senders reach it under names that the gateway does not know, so a client can replace it.</summary>
/// <param name="listener">The listener of the Events API.</param>
internal sealed class EventsAddress(ListenerOptions listener)
{
    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; } = listener.TlsCertificate is null ? "http" : "https";

    /// <summary>The host: that of the listener, or <c>localhost</c> when it listens on every address.</summary>
    public string Host { get; } = listener.Host is "*" ? "localhost" : listener.Host.Contains(':', StringComparison.Ordinal) ? $"[{listener.Host}]" : listener.Host;

    /// <summary>The port.</summary>
    public string Port { get; } = $"{listener.Port}";
}
