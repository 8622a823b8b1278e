using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>What tests of providers do: functions with settings, subscribed.</summary>
internal static class Subscribing
{
    /// <summary>Creates a function with these settings, by default with a URL on the function server, and a subscription at the path of its name.</summary>
    /// <returns>The function's path on the function server, which is the subscription's too, up to <paramref name="pathEnd"/>.</returns>
    public static async Task<string> SubscribeWithAsync(
        this RunningGateway running, JsonObject settings, FunctionAnswer? answer = null, string type = "sync", string functionType = "http", JsonObject? more = null,
        string pathEnd = "")
    {
        var name = running.NewName();
        running.Functions["/" + name] = answer ?? FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""");
        if (functionType is not "openwhisk")
        {
            settings["url"] ??= running.Functions.Url("/" + name);
        }

        await running.CreateAsync("functions", new JsonObject { ["functionId"] = name, ["type"] = functionType, ["provider"] = settings });
        var subscription = new JsonObject { ["type"] = type, ["eventType"] = "http.request", ["functionId"] = name, ["path"] = "/" + name + pathEnd, ["method"] = "POST" };
        foreach (var (field, value) in more ?? [])
        {
            subscription[field] = value?.DeepClone();
        }

        await running.CreateAsync("subscriptions", subscription);
        return "/" + name;
    }

    /// <summary>Sends a request to a path; its answer.</summary>
    public static Task<RawResponse> SendAsync(this RunningGateway running, string path) => running.Events.PostAsync(path, """{"a":1}""");

    /// <summary>The calls of a path so far.</summary>
    public static List<FunctionCall> CallsOf(this RunningGateway running, string path) =>
        [.. running.Functions.Calls().Where(call => call.Path.Split('?')[0] == path)];

    /// <summary>Creates something in the default space.</summary>
    public static async Task CreateAsync(this RunningGateway running, string resources, JsonObject resource)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }

    /// <summary>Creates something that is refused; the errors.</summary>
    public static async Task<IReadOnlyList<string>> RefusedAsync(this RunningGateway running, string resources, JsonObject resource)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(400, response.ToString());
        return response.Errors;
    }
}
