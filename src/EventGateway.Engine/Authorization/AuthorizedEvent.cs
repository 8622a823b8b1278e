using EventGateway.CloudEvents;

namespace EventGateway.Engine.Authorization;

/// <summary>
/// Adds the authorization to events: in 1.0 the extension <c>eventgatewayauthorization</c>, a string that holds
/// the JSON, in 0.1 the member <c>authorization</c> of the extension <c>eventgateway</c>.
/// </summary>
public static class AuthorizedEvent
{
    private static readonly GatewayExtension Extension = new("authorization");

    /// <summary>Returns the event with an authorization, in place of one that it has.</summary>
    /// <param name="authorization">The authorization as JSON. Its memory must not be reused.</param>
    public static CloudEvent With(CloudEvent cloudEvent, ReadOnlyMemory<byte> authorization)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Extension.Set(cloudEvent, JsonText.Quote(authorization.Span), authorization);
    }

    /// <summary>Returns the event without the authorization that its sender may have added: only an authorizer may add one.</summary>
    /// <param name="cloudEvent">The event as it came in.</param>
    /// <returns>The event itself when it has none.</returns>
    public static CloudEvent WithoutClaims(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Extension.Remove(cloudEvent);
    }
}
