using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>Makes functions, routes and payloads.</summary>
internal static class TestRoutes
{
    public static Function Http(string url, string id = "f1") => new()
    {
        Space = "default",
        FunctionId = id,
        Type = "http",
        Provider = Settings("url", url),
    };

    public static Function Builtin(string name, string id = "f1") => new()
    {
        Space = "default",
        FunctionId = id,
        Type = "builtin",
        Provider = Settings("name", name),
    };

    public static Function OfType(string type, string id = "f1") => new()
    {
        Space = "default",
        FunctionId = id,
        Type = type,
        Provider = Settings("name", "x"),
    };

    public static JsonElement Settings(string name, string value) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, string> { [name] = value });

    public static Route To(Function function, DeliverySettings? delivery = null, string? subscriptionId = null) => new(
        new Subscription
        {
            Space = function.Space,
            SubscriptionId = subscriptionId ?? "sub-" + function.FunctionId,
            Type = SubscriptionType.Async,
            EventType = "test.event",
            FunctionId = function.FunctionId,
            Path = "/",
            Method = "POST",
            Delivery = delivery,
        },
        function);

    public static Invocation Invocation(string body = "{\"id\":\"1\"}") => Invocation(Payload(body));

    public static Invocation Invocation(EventPayload payload) => new("1", "test.event", payload);

    public static EventPayload Payload(string body = "{\"id\":\"1\"}") =>
        new(System.Text.Encoding.UTF8.GetBytes(body), "application/cloudevents+json");
}
