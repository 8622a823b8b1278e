namespace EventGateway.Engine.Routing;

/// <summary>Routes that came into force or changed.</summary>
/// <param name="Space">The space. Null means any.</param>
/// <param name="SubscriptionId">The subscription's id in the space. Null means any of the space.</param>
/// <param name="FunctionId">The function's id in the space. Null means any of the space.</param>
public readonly record struct ChangedRoutes(string? Space = null, string? SubscriptionId = null, string? FunctionId = null);
