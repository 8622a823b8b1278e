namespace EventGateway.Abstractions.Resources;

/// <summary>A subscription with the function that it names.</summary>
public class Route(Subscription subscription, Function function)
{
    /// <summary>The subscription.</summary>
    public Subscription Subscription { get; } = subscription;

    /// <summary>The function that the subscription names.</summary>
    public Function Function { get; } = function;
}
