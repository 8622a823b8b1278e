namespace EventGateway.Engine.Registry.State;

/// <summary>A space and the number of its resources.</summary>
/// <param name="Name">The space's name.</param>
/// <param name="EventTypes">How many event types are registered.</param>
/// <param name="Functions">How many functions.</param>
/// <param name="Subscriptions">How many subscriptions.</param>
/// <param name="Cors">How many CORS configurations.</param>
public sealed record SpaceSummary(string Name, int EventTypes, int Functions, int Subscriptions, int Cors);
