using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Credentials that each request of an HTTP function carries.</summary>
public sealed class HttpAuthenticationTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("""{"headers":{"X-Team":"blue"}}""", "X-Team", "blue")]
    [InlineData("""{"headers":{"User-Agent":"me"}}""", "User-Agent", "me")]
    [InlineData("""{"auth":{"type":"basic","username":"me","password":"pä:ss"}}""", "Authorization", "Basic bWU6cMOkOnNz")]
    [InlineData("""{"auth":{"type":"bearer","token":"abc"}}""", "Authorization", "Bearer abc")]
    [InlineData("""{"auth":{"type":"apiKey","in":"header","name":"X-Key","value":"abc"}}""", "X-Key", "abc")]
    [InlineData("""{"auth":{"type":"azureFunctionKey","key":"abc"}}""", "x-functions-key", "abc")]
    public async Task Each_request_carries_a_header(string settings, string name, string value)
    {
        var path = await running.SubscribeWithAsync(JsonNode.Parse(settings)!.AsObject());
        var raw = await running.SubscribeWithAsync(JsonNode.Parse(settings)!.AsObject(), more: new JsonObject { ["requestMode"] = "raw" });
        running.Functions[raw + raw] = FunctionAnswer.Of("raw");

        (await running.SendAsync(path)).Text.ShouldBe("done");
        (await running.Events.SendAsync(RawRequest.With("POST", raw, "text/plain", "x", new HttpField(name, "theirs")))).Text.ShouldBe("raw");

        foreach (var call in new[] { running.CallsOf(path).ShouldHaveSingleItem(), running.CallsOf(raw + raw).ShouldHaveSingleItem() })
        {
            call.Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ShouldBe([value]);
        }
    }

    [Fact]
    public async Task Each_request_carries_a_key_in_its_query()
    {
        var settings = """{"auth":{"type":"apiKey","in":"query","name":"k","value":"a&b"}}""";
        var path = await running.SubscribeWithAsync(JsonNode.Parse(settings)!.AsObject());
        var raw = await running.SubscribeWithAsync(JsonNode.Parse(settings)!.AsObject(), more: new JsonObject { ["requestMode"] = "raw" });
        running.Functions[raw + raw] = FunctionAnswer.Of("raw");

        (await running.SendAsync(path)).Text.ShouldBe("done");
        (await running.SendAsync(raw + "?x=1")).Text.ShouldBe("raw");

        running.CallsOf(path).ShouldHaveSingleItem().Path.ShouldBe(path + "?k=a%26b");
        running.CallsOf(raw + raw).ShouldHaveSingleItem().Path.ShouldBe(raw + raw + "?x=1&k=a%26b");
    }

    [Fact]
    public async Task Azure_functions_are_called_with_their_keys()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["key"] = "abc" }, functionType: "azurefunction");

        (await running.SendAsync(path)).Text.ShouldBe("done");

        running.CallsOf(path).ShouldHaveSingleItem().Headers.Find("x-functions-key").ShouldBe("abc");
    }

    [Fact]
    public async Task OpenWhisk_actions_get_the_event_as_parameters()
    {
        const string action = "/api/v1/namespaces/_/actions/p/a";
        running.Functions[action] = FunctionAnswer.Of("""{"statusCode":200,"body":"acted"}""");
        var path = await running.SubscribeWithAsync(
            new JsonObject { ["apiHost"] = running.Functions.Url(string.Empty), ["action"] = "p/a", ["auth"] = "id:pass" }, functionType: "openwhisk");

        (await running.SendAsync(path)).Text.ShouldBe("acted");

        var call = running.CallsOf(action).ShouldHaveSingleItem();
        call.Path.ShouldBe(action + "?blocking=true&result=true");
        call.Headers.Find("Content-Type").ShouldBe("application/json");
        call.Headers.Find("Authorization").ShouldBe("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("id:pass")));
        call.Json["type"]!.GetValue<string>().ShouldBe("http.request");
    }

    [Theory]
    [InlineData("""{"auth":{"type":"oauth2","tokenUrl":"nowhere","clientId":"a","clientSecret":"b"}}""", "provider.auth.tokenUrl")]
    [InlineData("""{"auth":{"type":"bearer","token":"line\nbreak"}}""", "provider.auth.token")]
    [InlineData("""{"headers":{"X Y":"a"}}""", "provider.headers")]
    [InlineData("""{"headers":{"X":"a\r\nb"}}""", "provider.headers.X")]
    [InlineData("""{"signing":{"keys":["whsec_short"]}}""", "provider.signing.keys[0]")]
    [InlineData("""{"tls":{"ca":"no certificate"}}""", "provider.tls.ca")]
    [InlineData("""{"auth":{"type":"bearer","token":"*****"}}""", "provider.auth.token")]
    public async Task Bad_settings_are_refused_by_name(string settings, string field)
    {
        var provider = JsonNode.Parse(settings)!.AsObject();
        provider["url"] = "https://example.com";

        var errors = await running.RefusedAsync("functions", new JsonObject { ["functionId"] = running.NewName(), ["type"] = "http", ["provider"] = provider });

        errors.ShouldHaveSingleItem().ShouldContain(field + " ");
    }
}
