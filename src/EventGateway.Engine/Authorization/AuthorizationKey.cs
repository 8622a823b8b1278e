using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Authorization;

/// <summary>Identifies requests that get the same decision of an authorizer.</summary>
/// <param name="Authorizer">The function. When it is changed, earlier decisions are not used any more.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Request">A digest of the request's method, target and headers; the body is not in it.</param>
public readonly record struct AuthorizationKey(Function Authorizer, string EventType, string Request);
