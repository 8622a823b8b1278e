using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Requests of an operator to a running gateway, in the default space.</summary>
internal static class Operator
{
    private const string Space = "/v1/spaces/default/";

    /// <summary>Sends an event and returns its id.</summary>
    public static async Task<string> SendEventAsync(this RunningGateway running, string path, string type, string? id = null)
    {
        id ??= running.NewName();
        var sent = await running.Events.SendAsync(RawRequest.With(
            "POST",
            path,
            "application/cloudevents+json",
            $$"""{"specversion":"1.0","id":"{{id}}","type":"{{type}}","source":"/shop","datacontenttype":"application/json","data":{"n":1.50} }"""));
        sent.Status.ShouldBe(202, sent.ToString());
        return id;
    }

    /// <summary>Sends a request to the Configuration API, checks the status and returns the body.</summary>
    public static async Task<JsonNode> AskAsync(this RunningGateway running, string method, string path, int status = 200, JsonObject? body = null)
    {
        var answer = await running.Config.SendAsync(
            body is null ? new RawRequest(method, Space + path) : RawRequest.Json(method, Space + path, body.ToJsonString()));
        answer.Status.ShouldBe(status, answer.ToString());
        return answer.Body.Length == 0 ? new JsonObject() : answer.Json;
    }

    /// <summary>Waits until a list has this many entries, and returns the list.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ListAsync(this RunningGateway running, string path, string property, int count)
    {
        IReadOnlyList<JsonNode> entries = [];
        await Eventually.TrueAsync(
            async () => (entries = [.. (await running.AskAsync("GET", path))[property]!.AsArray().Select(entry => entry!)]).Count == count,
            $"{path} has {count} entries");
        return entries;
    }

    /// <summary>Waits until a function has received this many calls, and returns the calls.</summary>
    public static async Task<IReadOnlyList<FunctionCall>> CallsAsync(this RunningGateway running, string function, int count)
    {
        IReadOnlyList<FunctionCall> calls = [];
        await Eventually.TrueAsync(
            () => (calls = [.. running.Functions.Calls().Where(call => call.Path == function)]).Count == count, $"{function} has {count} calls");
        return calls;
    }

    /// <summary>Returns the id of a function's subscription.</summary>
    public static async Task<string> SubscriptionOfAsync(this RunningGateway running, string function) =>
        (await running.AskAsync("GET", "subscriptions"))["subscriptions"]!.AsArray()
            .Single(subscription => "/" + subscription!["functionId"] == function)!["subscriptionId"]!.GetValue<string>();
}
