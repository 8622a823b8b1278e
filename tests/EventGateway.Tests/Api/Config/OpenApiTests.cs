using System.Text.Json;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Config;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Describes_every_operation()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var paths = document.RootElement.GetProperty("paths");
        var operations = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(member => member.Name is not "parameters").Select(operation => $"{operation.Name} {path.Name}"));
        var expected = new List<string>
        {
            "get /v1/spaces", "delete /v1/spaces/{space}", "post /v1/spaces/{space}/functions/{id}/signing/rotate",
            "get /asyncapi.json", "get /v1/spaces/{space}/asyncapi.json",
        };
        foreach (var collection in new[] { "eventtypes", "functions", "subscriptions", "cors" })
        {
            AddRange(expected, ["get", "post"], $"/v1/spaces/{{space}}/{collection}");
            AddRange(expected, ["get", "put", "patch", "delete"], $"/v1/spaces/{{space}}/{collection}/{{id}}");
        }

        operations.ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public async Task Describes_parameters_headers_and_errors_of_an_update()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var update = document.RootElement.GetProperty("paths").GetProperty("/v1/spaces/{space}/subscriptions/{id}").GetProperty("put");
        update.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
            .ShouldBe(["space", "id", "If-Match", "If-None-Match"]);
        var responses = update.GetProperty("responses");
        responses.EnumerateObject().Select(response => response.Name).ShouldBe(["200", "201", "400", "404", "409", "412", "413", "415", "503", "default"], ignoreOrder: true);
        responses.GetProperty("200").GetProperty("headers").TryGetProperty("ETag", out _).ShouldBeTrue();
        responses.GetProperty("503").GetProperty("headers").TryGetProperty("Retry-After", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Describes_the_rotation_of_a_key()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var rotate = document.RootElement.GetProperty("paths").GetProperty("/v1/spaces/{space}/functions/{id}/signing/rotate").GetProperty("post");
        rotate.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
            .ShouldBe(["space", "id", "If-Match", "If-None-Match"]);
        rotate.GetProperty("responses").GetProperty("200").GetProperty("headers").TryGetProperty("ETag", out _).ShouldBeTrue();
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        var request = schemas.GetProperty("KeyRotationRequestDocument").GetProperty("properties");
        request.EnumerateObject().Select(property => property.Name).ShouldBe(["name", "algorithm", "overlap"]);
        request.GetProperty("overlap").GetProperty("anyOf")[0].GetProperty("format").GetString().ShouldBe("duration");
        request.GetProperty("algorithm").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldBe(["hmac-sha256", "ed25519"]);
        var answer = schemas.GetProperty("KeyRotationDocument");
        answer.GetProperty("properties").EnumerateObject().Select(property => property.Name).ShouldBe(["name", "key", "oldKeys", "publicKey"]);
        answer.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["name", "key", "oldKeys"]);
    }

    [Theory]
    [InlineData("EventTypeList", "eventTypes")]
    [InlineData("FunctionList", "functions")]
    [InlineData("SubscriptionList", "subscriptions")]
    [InlineData("CorsList", "cors")]
    public async Task Says_that_a_list_may_have_no_cursor(string schema, string property)
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var list = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schema);
        list.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe([property]);
        list.GetProperty("properties").TryGetProperty("cursor", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Describes_the_resources()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");
        foreach (var schema in new[] { "EventType", "Function", "Subscription", "CorsConfiguration", "ErrorsDocument" })
        {
            schemas.TryGetProperty(schema, out _).ShouldBeTrue(schema);
        }

        var subscription = schemas.GetProperty("Subscription");
        var properties = subscription.GetProperty("properties");
        properties.EnumerateObject().Select(property => property.Name).ShouldBe(
            ["space", "subscriptionId", "type", "eventType", "functionId", "path", "method", "cors", "delivery", "requestMode", "responseMode", "reply", "enabled", "disabledReason", "disabledAt", "metadata"]);
        subscription.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(
            ["space", "subscriptionId", "type", "eventType", "functionId", "path", "method"], ignoreOrder: true);
        foreach (var name in new[] { "space", "subscriptionId", "disabledReason", "disabledAt" })
        {
            properties.GetProperty(name).GetProperty("readOnly").GetBoolean().ShouldBeTrue(name);
        }

        properties.GetProperty("type").GetProperty("enum").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Describes_what_delivery_settings_accept()
    {
        await using var api = await ConfigApiFixture.StartAsync();

        using var document = await ReadAsync(api);

        var delivery = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("DeliverySettings").GetProperty("properties");
        delivery.EnumerateObject().Select(property => property.Name).ShouldBe(
        [
            "timeout", "cloudEvents", "guarantee", "retry", "backoffPolicy", "backoffDelay", "maxDelay", "jitter", "maxAge", "maxConcurrency",
            "rateLimit", "deadLetterFunctionId", "disableAfter", "keepAnswers",
        ]);
        foreach (var property in delivery.EnumerateObject())
        {
            property.Value.GetProperty("description").GetString().ShouldNotBeNullOrEmpty(property.Name);
            property.Value.TryGetProperty("pattern", out _).ShouldBeFalse(property.Name);
        }

        delivery.GetProperty("guarantee").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldBe(["atLeastOnce", "atMostOnce"]);
        delivery.GetProperty("backoffPolicy").GetProperty("enum").EnumerateArray().Select(value => value.GetString()).ShouldBe(["exponential", "linear"]);
        delivery.GetProperty("maxAge").GetProperty("format").GetString().ShouldBe("duration");
        delivery.GetProperty("retry").GetProperty("minimum").GetInt32().ShouldBe(0);
        delivery.GetProperty("retry").GetProperty("maximum").GetInt32().ShouldBe(1000);
        delivery.GetProperty("maxConcurrency").GetProperty("maximum").GetInt32().ShouldBe(10_000);
        delivery.GetProperty("rateLimit").GetProperty("maximum").GetInt32().ShouldBe(1_000_000);
    }

    private static async Task<JsonDocument> ReadAsync(ConfigApiFixture api)
    {
        var answer = await api.SendAsync("GET", "/openapi/v1.json");
        answer.Code.ShouldBe(200, answer.Body);
        return JsonDocument.Parse(answer.Body);
    }

    private static void AddRange(List<string> operations, string[] methods, string path) =>
        operations.AddRange(methods.Select(method => $"{method} {path}"));
}
