using System.Text.Json.Nodes;
using Shouldly;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A gateway and a function server that the tests of a class share. Each test uses its own names and paths.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    private readonly string[] _arguments;
    private int _last;

    /// <summary>Creates a gateway with the default options.</summary>
    public RunningGateway()
        : this([])
    {
    }

    /// <summary>Creates a gateway with these arguments.</summary>
    internal RunningGateway(string[] arguments) => _arguments = arguments;

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The functions.</summary>
    internal FunctionServer Functions { get; } = new();

    /// <summary>The Events API.</summary>
    internal RawHttpClient Events => Gateway.Events;

    /// <summary>The Configuration API.</summary>
    internal RawHttpClient Config => Gateway.Config;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Gateway = await GatewayProcess.StartAsync(_arguments);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Functions.DisposeAsync();
    }

    /// <summary>Returns a name that no other test uses.</summary>
    internal string NewName() => $"n{Interlocked.Increment(ref _last)}";

    /// <summary>Creates a function with this answer and subscribes it. Returns the function's path on the function server.</summary>
    internal Task<string> SubscribeAsync(FunctionAnswer answer, string path, string type = "sync", string? eventType = null, JsonObject? delivery = null, bool newType = true) =>
        Gateway.SubscribeAsync(Functions, NewName(), answer, path, type, eventType, delivery, newType);
}

/// <summary>Steps that tests share, through the Configuration API.</summary>
internal static class Configuration
{
    /// <summary>Creates a function, a subscription for <c>POST</c>, and the event type unless it is built in or exists already.</summary>
    /// <returns>The path of the function on the function server.</returns>
    public static async Task<string> SubscribeAsync(
        this GatewayProcess gateway,
        FunctionServer functions,
        string name,
        FunctionAnswer answer,
        string path,
        string type = "sync",
        string? eventType = null,
        JsonObject? delivery = null,
        bool newType = true,
        JsonObject? more = null)
    {
        functions["/" + name] = answer;
        await gateway.CreateAsync("functions", new JsonObject
        {
            ["functionId"] = name,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = functions.Url("/" + name) },
        });
        if (eventType is not null && newType)
        {
            await gateway.CreateAsync("eventtypes", new JsonObject { ["name"] = eventType });
        }

        var subscription = new JsonObject
        {
            ["type"] = type,
            ["eventType"] = eventType ?? "http.request",
            ["functionId"] = name,
            ["path"] = path,
            ["method"] = "POST",
        };
        if (delivery is not null)
        {
            subscription["delivery"] = delivery;
        }

        foreach (var (member, value) in more ?? [])
        {
            subscription[member] = value?.DeepClone();
        }

        await gateway.CreateAsync("subscriptions", subscription);
        return "/" + name;
    }

    private static async Task CreateAsync(this GatewayProcess gateway, string resources, JsonObject resource)
    {
        var response = await gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }
}
