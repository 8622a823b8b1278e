namespace EventGateway.Engine.Routing;

/// <summary>The HTTP methods that subscriptions and CORS configurations can have.</summary>
internal static class Methods
{
    /// <summary>All of them, in ordinal order.</summary>
    public static readonly string[] All = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
}
