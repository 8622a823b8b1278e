namespace EventGateway.Api.Config;

/// <summary>A space and how much is in it.</summary>
/// <param name="Name">The space's name.</param>
/// <param name="EventTypes">How many event types are registered.</param>
/// <param name="Functions">How many functions.</param>
/// <param name="Subscriptions">How many subscriptions.</param>
/// <param name="Cors">How many CORS configurations.</param>
public sealed record SpaceDocument(string Name, int EventTypes, int Functions, int Subscriptions, int Cors);
