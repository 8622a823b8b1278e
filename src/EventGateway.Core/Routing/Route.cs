using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>A subscription with the function that it names.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Function">The function.</param>
public record Route(Subscription Subscription, Function Function);
