namespace EventGateway.Abstractions.Resources;

/// <summary>What the function of a sync subscription is sent.</summary>
public enum RequestMode
{
    /// <summary>The event.</summary>
    Event,

    /// <summary>The request that brought the event, as it is; its answer is the response.</summary>
    Raw,
}
