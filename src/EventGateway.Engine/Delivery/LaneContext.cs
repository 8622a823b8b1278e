using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>The parts that all lanes of a store share.</summary>
/// <param name="Leases">Hand out deliveries.</param>
/// <param name="Routes">Finds the current settings of a subscription.</param>
/// <param name="Attempts">Call functions with them.</param>
/// <param name="Settlement">Stores what becomes of them.</param>
/// <param name="Drain">Says when no more attempts begin.</param>
/// <param name="WakeUps">Signal a lane at a later time.</param>
/// <param name="Open">The open lanes. A lane without work removes itself.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Logger">Logs failures.</param>
internal sealed record LaneContext(
    DeliveryLeases Leases,
    IRouteDirectory Routes,
    DeliveryAttempts Attempts,
    DeliverySettlement Settlement,
    DeliveryDrain Drain,
    WakeUps WakeUps,
    ConcurrentDictionary<SubscriptionKey, DeliveryLane> Open,
    TimeProvider TimeProvider,
    ILogger Logger);
