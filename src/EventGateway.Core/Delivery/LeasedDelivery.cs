using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Delivery;

/// <summary>One event on its way to one subscription. A store derives from it to keep what it needs beside.</summary>
public class LeasedDelivery
{
    /// <summary>The space of the subscription.</summary>
    public required string Space { get; init; }

    /// <summary>The subscription; its function and settings are looked up when the delivery is made.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The function that the subscription names.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The event's id, for the operator.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The event as it goes to the function; its memory is valid until the delivery is completed.</summary>
    public required EventPayload Payload { get; init; }

    /// <summary>When it was accepted, as <see cref="TimeProvider.GetTimestamp"/> of the store's clock.</summary>
    public required long AcceptedAt { get; init; }

    /// <summary>The function whose deliveries it waits among.</summary>
    public FunctionKey Function => new(Space, FunctionId);
}
