using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Authorization;

/// <summary>Identifies requests that get the same decision of an authorizer.</summary>
/// <param name="Authorizer">The function. When it is changed, earlier decisions are not used any more.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Request">A digest of the request's method, target and headers; the body is not in it.</param>
/// <remarks>A class, because the cache would box a struct at each look-up.</remarks>
public sealed record AuthorizationKey(Function Authorizer, string EventType, string Request)
{
    /// <summary>Compares the function by reference: each version of a function is an instance of its own.</summary>
    /// <param name="other">The other key.</param>
    public bool Equals(AuthorizationKey? other) =>
        other is not null && ReferenceEquals(other.Authorizer, Authorizer) && other.Request == Request && other.EventType == EventType;

    /// <summary>Returns the hash code of the digest, which almost always differs when the keys differ.</summary>
    public override int GetHashCode() => Request.GetHashCode(StringComparison.Ordinal);
}
