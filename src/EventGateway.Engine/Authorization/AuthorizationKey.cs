using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Authorization;

/// <summary>What two requests have in common whose authorizer may answer both at once.</summary>
/// <param name="Authorizer">The function as it is configured; when that changes, old answers hold no more.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Request">A digest of the request's method, target and headers; the body is not in it.</param>
public readonly record struct AuthorizationKey(Function Authorizer, string EventType, string Request);
