using System.Diagnostics.Metrics;
using EventGateway.Abstractions;

namespace EventGateway.Engine.SystemEvents;

/// <summary>Counts received events by space and type. A system event about a call counts too, as in 0.9.</summary>
public sealed class ReceivedEventMetrics
{
    private readonly Counter<long> _received;

    /// <summary>Creates the instrument.</summary>
    /// <param name="meters">Makes the meter.</param>
    public ReceivedEventMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _received = meters.Create(GatewayMeter.Name).CreateCounter<long>(
            "eventgateway_events_received",
            description: "Events received, by space and type. An event that several spaces subscribe to counts in each.");
    }

    /// <summary>Counts an event.</summary>
    /// <param name="space">The space that subscribes to it. Empty when none does.</param>
    /// <param name="type">The event's type. Empty when no space subscribes to it.</param>
    public void Add(string space, string type) => _received.Add(1, new("space", space), new KeyValuePair<string, object?>("type", type));
}
