using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>A gateway whose surroundings have AWS credentials, and the services that it calls; the tests of a class share them.</summary>
public sealed class AwsGateway : IAsyncLifetime
{
    private int _last;

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>SQS and Firehose.</summary>
    internal AwsStub Stub { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Stub = await AwsStub.StartAsync();
        Gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = AwsStub.KeyId,
                ["AWS_SECRET_ACCESS_KEY"] = AwsStub.Secret,
                ["AWS_EC2_METADATA_DISABLED"] = "true",
            },
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Stub.DisposeAsync();
    }

    /// <summary>A name that no other test uses.</summary>
    internal string NewName() => $"aws{Interlocked.Increment(ref _last)}";

    /// <summary>Creates a function, an event type and a subscription, all of one name; the subscription's path has it too.</summary>
    /// <returns>The name.</returns>
    internal async Task<string> SubscribeAsync(string functionType, JsonObject provider, string type = "async", JsonObject? delivery = null)
    {
        var name = NewName();
        await CreateAsync("functions", new JsonObject { ["functionId"] = name, ["type"] = functionType, ["provider"] = provider });
        await CreateAsync("eventtypes", new JsonObject { ["name"] = name });
        var subscription = new JsonObject { ["type"] = type, ["eventType"] = name, ["functionId"] = name, ["path"] = "/" + name };
        if (type == "async")
        {
            subscription["delivery"] = delivery ?? new JsonObject { ["backoffDelay"] = "PT0.05S" };
        }

        await CreateAsync("subscriptions", subscription);
        return name;
    }

    /// <summary>Sends an event of a subscription's type to its path.</summary>
    internal Task<RawResponse> SendAsync(string name, string id, string? partitionKey = null)
    {
        var key = partitionKey is null ? string.Empty : $"\"partitionkey\":\"{partitionKey}\",";
        return Gateway.Events.SendAsync(RawRequest.With(
            "POST",
            "/" + name,
            "application/cloudevents+json",
            $$"""{"specversion":"1.0","id":"{{id}}","type":"{{name}}","source":"/shop",{{key}}"data":{"name":"World"} }"""));
    }

    /// <summary>The dead letters of a subscription once there are this many.</summary>
    internal async Task<IReadOnlyList<JsonNode>> DeadLettersAsync(string name, int count)
    {
        IReadOnlyList<JsonNode> letters = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await Gateway.Config.GetAsync($"/v1/spaces/default/deadletters?functionId={name}");
                letters = [.. answer.Json["deadLetters"]!.AsArray().Select(letter => letter!)];
                return letters.Count == count;
            },
            $"{name} has {count} dead letters");
        return letters;
    }

    private async Task CreateAsync(string resources, JsonObject resource)
    {
        var response = await Gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }
}
