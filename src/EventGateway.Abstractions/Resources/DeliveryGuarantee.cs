namespace EventGateway.Abstractions.Resources;

/// <summary>What an accepted event is worth.</summary>
public enum DeliveryGuarantee
{
    /// <summary>It is stored on disk before the sender is answered, and delivered until the function takes it or the policy ends.</summary>
    AtLeastOnce,

    /// <summary>It waits in memory and is delivered once, whatever the function answers; a crash loses what waits.</summary>
    AtMostOnce,
}
