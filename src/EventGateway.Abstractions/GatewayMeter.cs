namespace EventGateway.Abstractions;

/// <summary>The meter that all instruments of the gateway are on.</summary>
public static class GatewayMeter
{
    /// <summary>Its name.</summary>
    public const string Name = "EventGateway";
}
