using System.Text.Json;
using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;

namespace EventGateway.Tests.Engine.Routing;

/// <summary>Makes subscriptions and routes for the tests of routing.</summary>
internal static class Routes
{
    private static readonly JsonElement NoSettings = JsonDocument.Parse("{}").RootElement;

    public static Subscription Sync(string path, string method = "GET", string eventType = "test.event", string space = "default", string functionId = "ok") =>
        Make(SubscriptionType.Sync, path, method, eventType, space, functionId);

    public static Subscription Async(string path, string method = "GET", string eventType = "test.event", string space = "default", string functionId = "ok") =>
        Make(SubscriptionType.Async, path, method, eventType, space, functionId);

    public static Route To(Subscription subscription) =>
        new(subscription, new Function { Space = subscription.Space, FunctionId = subscription.FunctionId, Type = "http", Provider = NoSettings });

    public static RoutingTable Table(params Subscription[] subscriptions)
    {
        var table = RoutingTable.Empty;
        foreach (var subscription in subscriptions)
        {
            table = table.With(To(subscription));
        }

        return table;
    }

    /// <summary>Generates one of some texts.</summary>
    public static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static CorsConfiguration Cors(string path, string method = "GET", string space = "default", string origin = "*") => new()
    {
        Space = space,
        CorsId = method + PathSegment.Escape(path),
        Method = method,
        Path = path,
        AllowedOrigins = [origin],
    };

    private static Subscription Make(SubscriptionType type, string path, string method, string eventType, string space, string functionId) => new()
    {
        Space = space,
        SubscriptionId = SubscriptionId.Create(type, eventType, functionId, path, method),
        Type = type,
        EventType = eventType,
        FunctionId = functionId,
        Path = path,
        Method = method,
    };
}
