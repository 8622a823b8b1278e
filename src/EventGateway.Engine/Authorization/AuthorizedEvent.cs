using EventGateway.CloudEvents;

namespace EventGateway.Engine.Authorization;

/// <summary>
/// What an event carries about its authorization: in 1.0 the extension <c>eventgatewayauthorization</c>, a string that holds
/// the JSON, in 0.1 the member <c>authorization</c> of the extension <c>eventgateway</c>.
/// </summary>
public static class AuthorizedEvent
{
    private static readonly GatewayExtension Extension = new("authorization");

    /// <summary>The event with an authorization, in place of one that it has.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="authorization">The authorization as JSON; memory that nobody reuses.</param>
    public static CloudEvent With(CloudEvent cloudEvent, ReadOnlyMemory<byte> authorization)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Extension.Set(cloudEvent, JsonText.Quote(authorization.Span), authorization);
    }

    /// <summary>The event without the authorization that its sender may have put into it: only an authorizer says that.</summary>
    /// <param name="cloudEvent">The event as it came in.</param>
    /// <returns>The event itself where it has none.</returns>
    public static CloudEvent WithoutClaims(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Extension.Remove(cloudEvent);
    }
}
