using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Sync subscriptions with raw requests and raw answers, for services that speak plain HTTP.</summary>
public sealed class RawTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Forwards_a_raw_answer_unchanged()
    {
        var function = await SubscribeAsync(
            new FunctionAnswer { Status = 418, Headers = [new HttpField("Content-Type", "image/x"), new HttpField("X-Own", "1"), new HttpField("Keep-Alive", "5")], Bytes = [0, 255, 1] },
            "/answer",
            responseMode: "raw");

        var response = await running.Events.PostAsync("/answer", """{"a":1}""");

        response.Status.ShouldBe(418);
        response.Header("Content-Type").ShouldBe("image/x");
        response.Header("X-Own").ShouldBe("1");
        response.Header("Keep-Alive").ShouldBeNull();
        response.Body.ShouldBe([0, 255, 1]);
        var call = running.Functions.Calls().Single(c => c.Path == function);
        call.Method.ShouldBe("POST");
        call.Json["type"]!.GetValue<string>().ShouldBe("http.request");
        call.Json["data"]!["body"]!["a"]!.GetValue<int>().ShouldBe(1);
        call.Headers.Find("Content-Type").ShouldBe("application/cloudevents+json");
    }

    [Fact]
    public async Task Forwards_a_raw_request_unchanged()
    {
        var function = await SubscribeAsync(FunctionAnswer.Of("own") with { Status = 201 }, "/users/:id", requestMode: "raw");
        running.Functions[function + "/users/5%2F6"] = FunctionAnswer.Of("made") with { Status = 201 };

        var response = await running.Events.SendAsync(new RawRequest("POST", "/users/5%2F6?x=1&y=%20")
        {
            Headers =
            [
                new HttpField("X-Own", "1"), new HttpField("X-Forwarded-For", "192.0.2.1"), new HttpField("X-Forwarded-Proto", "gopher"),
                new HttpField("Connection", "X-Gone"), new HttpField("X-Gone", "1"), new HttpField("Content-Type", "text/odd"),
            ],
            Body = [0, 255, 1],
        });

        response.Status.ShouldBe(201, response.ToString());
        response.Text.ShouldBe("made");
        var call = running.Functions.Calls().Single(c => c.Path.StartsWith(function + "/users/", StringComparison.Ordinal));
        call.Path.ShouldBe(function + "/users/5%2F6?x=1&y=%20");
        call.Method.ShouldBe("POST");
        call.Body.ShouldBe([0, 255, 1]);
        call.Headers.Find("Content-Type").ShouldBe("text/odd");
        call.Headers.Find("X-Own").ShouldBe("1");
        call.Headers.Find("X-Gone").ShouldBeNull();
        call.Headers.Find("X-Forwarded-Proto").ShouldBe("http");
        call.Headers.Find("X-Forwarded-Host").ShouldNotBeNull();
        string.Join(", ", call.Headers.Where(h => h.Name.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)).ShouldBe("192.0.2.1, 127.0.0.1");
        call.Headers.Find("Host").ShouldBe($"127.0.0.1:{running.Functions.Port}");
    }

    [Fact]
    public async Task Delivers_a_raw_request_to_async_subscriptions_too()
    {
        var function = await SubscribeAsync(FunctionAnswer.Of("own"), "/both", requestMode: "raw");
        running.Functions[function + "/both"] = FunctionAnswer.Of("made");
        var listener = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/both", "async");

        var response = await running.Events.PostAsync("/both", """{"a":1}""");

        response.Text.ShouldBe("made");
        running.Functions.Calls().Single(c => c.Path == function + "/both").Text.ShouldBe("""{"a":1}""");
        await Eventually.TrueAsync(
            () => running.Functions.Calls().Any(c => c.Path == listener && c.Text.Contains("\"a\":1", StringComparison.Ordinal)), "the async subscription has received the event");
    }

    [Fact]
    public async Task CORS_headers_of_a_raw_answer_take_precedence()
    {
        await SubscribeAsync(
            new FunctionAnswer
            {
                Headers =
                [
                    new HttpField("Access-Control-Allow-Origin", "https://own.example"), new HttpField("Vary", "Accept"),
                    new HttpField("Connection", "X-Gone"), new HttpField("X-Gone", "1"),
                ],
            },
            "/shared",
            responseMode: "raw");
        await CreateAsync("cors", """{"method":"POST","path":"/shared"}""");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/shared") { Headers = [new HttpField("Origin", "https://a.example")] });

        response.Headers.Where(h => h.Name.Equals("Access-Control-Allow-Origin", StringComparison.OrdinalIgnoreCase))
            .ShouldHaveSingleItem().Value.ShouldBe("https://own.example");
        string.Join(", ", response.Headers.Where(h => h.Name.Equals("Vary", StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)).ShouldContain("Accept");
        response.Header("X-Gone").ShouldBeNull();
    }

    [Fact]
    public async Task Streams_large_bodies_in_both_directions()
    {
        var function = await SubscribeAsync(FunctionAnswer.Of(""), "/large", requestMode: "raw");
        var body = new byte[12 * 1024 * 1024];
        new Random(1).NextBytes(body);
        running.Functions[function + "/large"] = new FunctionAnswer { Bytes = body };

        var response = await running.Events.SendAsync(new RawRequest("POST", "/large") { Body = body, Chunked = true });

        response.Status.ShouldBe(200);
        response.Body.AsSpan().SequenceEqual(body).ShouldBeTrue();
        running.Functions.Calls().Single(c => c.Path == function + "/large").Body.AsSpan().SequenceEqual(body).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/dots/../admin")]
    [InlineData("/dots/%2e%2E/admin")]
    [InlineData("/dots/..%2Fadmin")]
    [InlineData("/dots/x%2f.%2e%5cadmin")]
    [InlineData("/dots/..;a=b/admin")]
    [InlineData("/dots/..\\admin")]
    public async Task Refuses_a_path_that_leaves_the_functions_path(string path)
    {
        await SubscribeOnceAsync("/dots/*rest");

        (await running.Events.PostAsync(path, "{}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Delivers_an_event_without_data_to_a_function_with_a_raw_answer()
    {
        var (name, type) = (running.NewName(), running.NewName() + ".type");
        running.Functions["/" + name] = FunctionAnswer.Of("own");
        await CreateAsync("eventtypes", $$"""{"name":"{{type}}"}""");
        await CreateAsync("functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + name)}}}"}}""");
        await CreateAsync(
            "subscriptions",
            $$$"""{"type":"sync","eventType":"{{{type}}}","functionId":"{{{name}}}","path":"/nodata","responseMode":"raw","delivery":{"cloudEvents":"1.0-binary"}}""");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/nodata")
        {
            Headers =
            [
                new HttpField("ce-specversion", "1.0"), new HttpField("ce-id", "1"), new HttpField("ce-source", "/s"),
                new HttpField("ce-type", type), new HttpField("Content-Type", "application/json"),
            ],
        });

        response.Status.ShouldBe(200, response.ToString());
        response.Text.ShouldBe("own");
        var call = running.Functions.Calls().Single(c => c.Path == "/" + name);
        call.Headers.Find("Content-Type").ShouldBe("application/json");
        call.Headers.Find("Content-Length").ShouldBe("0");
        call.Headers.Find("Transfer-Encoding").ShouldBeNull();
    }

    [Fact]
    public async Task Accepts_a_content_header_in_the_header_Connection()
    {
        var function = await SubscribeAsync(FunctionAnswer.Of("own"), "/listed", requestMode: "raw");
        running.Functions[function + "/listed"] = FunctionAnswer.Of("own");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/listed")
        {
            Headers = [new HttpField("Connection", "Content-Type"), new HttpField("Content-Type", "text/odd")],
            Body = [1],
        });

        response.Status.ShouldBe(200, response.ToString());
    }

    [Fact]
    public async Task Refuses_to_upgrade_a_connection()
    {
        await SubscribeAsync(FunctionAnswer.Of(""), "/upgrade", requestMode: "raw");

        var response = await running.Events.SendAsync(new RawRequest("POST", "/upgrade")
        {
            Headers = [new HttpField("Connection", "Upgrade"), new HttpField("Upgrade", "websocket")],
        });

        response.Status.ShouldBe(501);
        response.Errors.ShouldHaveSingleItem().ShouldContain("upgraded");
    }

    [Fact]
    public async Task An_unreachable_function_is_502()
    {
        var name = running.NewName();
        await CreateAsync("functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"http://127.0.0.1:{{{FreePort.Next()}}}/"}}""");
        await CreateAsync("subscriptions", $$"""{"type":"sync","eventType":"http.request","functionId":"{{name}}","path":"/unreachable","requestMode":"raw"}""");

        var response = await running.Events.PostAsync("/unreachable", "{}");

        response.Status.ShouldBe(502);
        response.Errors.ShouldBe(["Function call failed. Please check logs."]);
    }

    [Theory]
    [InlineData("""{"type":"async","requestMode":"raw"}""", "requestMode")]
    [InlineData("""{"type":"async","responseMode":"object"}""", "responseMode")]
    [InlineData("""{"type":"sync","requestMode":"other"}""", "requestMode")]
    [InlineData("""{"type":"sync","requestMode":"raw","responseMode":"object"}""", "responseMode")]
    [InlineData("""{"type":"sync","responseMode":"raw","functionId":"echo"}""", "responseMode")]
    public async Task Refuses_an_invalid_mode(string json, string field)
    {
        await running.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"echo","type":"builtin","provider":{"name":"echo"}}""");
        var subscription = JsonNode.Parse(json)!;
        subscription["functionId"] ??= "echo";
        subscription["eventType"] = "http.request";
        subscription["path"] = "/" + running.NewName();

        var response = await running.Config.PostAsync("/v1/spaces/default/subscriptions", subscription.ToJsonString());

        response.Status.ShouldBe(400);
        response.Errors.ShouldContain(error => error.Contains(field, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_response_object_can_contain_a_binary_body_as_base64()
    {
        await running.SubscribeAsync(
            FunctionAnswer.Of("""{"statusCode":200,"body":"AP8B","isBase64Encoded":true,"headers":{"content-type":"image/x"}}"""), "/base64");

        var response = await running.Events.PostAsync("/base64", "{}");

        response.Status.ShouldBe(200);
        response.Body.ShouldBe([0, 255, 1]);
        response.Header("Content-Type").ShouldBe("image/x");
    }

    private async Task SubscribeOnceAsync(string path)
    {
        var name = "once-" + Convert.ToHexString(Encoding.UTF8.GetBytes(path));
        await running.Config.PostAsync(
            "/v1/spaces/default/functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + name)}}}"}}""");
        await running.Config.PostAsync(
            "/v1/spaces/default/subscriptions",
            $$"""{"type":"sync","eventType":"http.request","functionId":"{{name}}","path":"{{path}}","requestMode":"raw"}""");
    }

    private async Task<string> SubscribeAsync(FunctionAnswer answer, string path, string? requestMode = null, string? responseMode = null)
    {
        var name = running.NewName();
        running.Functions["/" + name] = answer;
        await CreateAsync("functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + name)}}}"}}""");
        var subscription = new JsonObject { ["type"] = "sync", ["eventType"] = "http.request", ["functionId"] = name, ["path"] = path };
        if (requestMode is not null)
        {
            subscription["requestMode"] = requestMode;
        }

        if (responseMode is not null)
        {
            subscription["responseMode"] = responseMode;
        }

        await CreateAsync("subscriptions", subscription.ToJsonString());
        return "/" + name;
    }

    private async Task CreateAsync(string resources, string json)
    {
        var response = await running.Config.PostAsync($"/v1/spaces/default/{resources}", json);
        response.Status.ShouldBe(201, response.ToString());
    }
}
