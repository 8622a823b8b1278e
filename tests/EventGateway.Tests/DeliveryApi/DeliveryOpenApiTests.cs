using System.Text.Json;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.DeliveryApi;

public sealed class DeliveryOpenApiTests : IAsyncLifetime
{
    private const string Space = "/v1/spaces/{space}/";

    private DeliveryApiFixture _api = null!;

    public async ValueTask InitializeAsync() => _api = await DeliveryApiFixture.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Describes_every_operation_with_its_parameters()
    {
        var paths = (await _api.ReadAsync("GET", "/openapi/v1.json")).GetProperty("paths");

        string[] expected =
        [
            "get deadletters(subscriptionId, functionId, eventType, limit, cursor)",
            "delete deadletters(subscriptionId, functionId, eventType, all)",
            "post deadletters/redeliver(subscriptionId, functionId, eventType, all)",
            "get deadletters/{id}()",
            "delete deadletters/{id}()",
            "post deadletters/{id}/redeliver()",
        ];
        Operations(paths).ShouldBe(expected, ignoreOrder: true);
    }

    private static IEnumerable<string> Operations(JsonElement paths) =>
        from path in paths.EnumerateObject()
        where path.Name.StartsWith(Space + "deadletters", StringComparison.Ordinal)
        from operation in path.Value.EnumerateObject()
        let query = operation.Value.GetProperty("parameters").EnumerateArray()
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString())
        select $"{operation.Name} {path.Name[Space.Length..]}({string.Join(", ", query)})";
}
