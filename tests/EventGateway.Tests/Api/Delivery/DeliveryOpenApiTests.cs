using System.Text.Json;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class DeliveryOpenApiTests : IAsyncLifetime
{
    private const string Space = "/v1/spaces/{space}/";

    private static readonly string[] Collections = ["deadletters", "deliveries", "events", "replays"];

    private DeliveryApiFixture _api = null!;

    public async ValueTask InitializeAsync() => _api = await DeliveryApiFixture.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Describes_every_operation_with_its_parameters()
    {
        var paths = (await _api.ReadAsync("GET", "/openapi/v1.json")).GetProperty("paths");

        string[] expected =
        [
            "get deliveries(state, subscriptionId, functionId, limit, cursor)",
            "post deliveries/retry(state, subscriptionId, functionId, all)",
            "post deliveries/{id}/retry()",
            "get deadletters(subscriptionId, functionId, eventType, limit, cursor)",
            "delete deadletters(subscriptionId, functionId, eventType, all)",
            "post deadletters/redeliver(subscriptionId, functionId, eventType, all)",
            "get deadletters/{id}()",
            "delete deadletters/{id}()",
            "post deadletters/{id}/redeliver()",
            "get events(type, source, id, from, to, limit, cursor)",
            "get events/{id}(source)",
            "post events/{id}/redeliver(source)",
            "get replays()",
            "post replays()",
            "get replays/{id}()",
            "delete replays/{id}()",
            "post replays/{id}/pause()",
            "post replays/{id}/resume()",
        ];
        Operations(paths).ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Describes_how_deliveries_stand_and_attempts_end()
    {
        var schemas = (await _api.ReadAsync("GET", "/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        Values(schemas, "DeliveryRecordDocument", "state").ShouldBe(["waiting", "delivered", "deadLettered", "dropped", "orphaned", "skipped"]);
        Values(schemas, "DeliveryRecordDocument", "cause").ShouldBe(["accepted", "redelivered", "handedOn", "replayed"]);
        Values(schemas, "DeliveryDocument", "state").ShouldBe(["waiting", "retrying", "paused", "dead"]);
        Values(schemas, "DeliveryDocument", "heldBy")
            .ShouldBe(["missingSubscription", "missingFunction", "disabled", "backoff", "breaker", "rate", "concurrency"]);
        Values(schemas, "AttemptDocument", "outcome").ShouldBe(["success", "retryable", "permanent", "accessDenied", "gone", "timedOut", "refused"]);
        Values(schemas, "ReplayDocument", "state").ShouldBe(["running", "paused", "done", "cancelled", "failed"]);
    }

    private static IEnumerable<string?> Values(JsonElement schemas, string schema, string property) =>
        schemas.GetProperty(schema).GetProperty("properties").GetProperty(property).GetProperty("enum").EnumerateArray().Select(value => value.GetString());

    private static IEnumerable<string> Operations(JsonElement paths) =>
        from path in paths.EnumerateObject()
        where Collections.Any(collection => path.Name.StartsWith(Space + collection, StringComparison.Ordinal))
        from operation in path.Value.EnumerateObject()
        let query = operation.Value.GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString())
        select $"{operation.Name} {path.Name[Space.Length..]}({string.Join(", ", query)})";
}
