using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The Events API follows the specifications of CloudEvents where senders rarely test them.</summary>
public sealed class CloudEventRulesTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("ce-id", "%FF")]
    [InlineData("ce-id", "%FE")]
    [InlineData("ce-subject", "caf%E9")]
    [InlineData("ce-subject", "%C3%28")]
    [InlineData("ce-source", "/%ED%A0%80")]
    [InlineData("ce-ext", "%C0%AF")]
    public async Task Refuses_escapes_that_are_not_UTF_8(string name, string value)
    {
        HttpField[] headers = [.. Binary("t").Where(header => header.Name != name), new(name, value)];

        var response = await running.Events.SendAsync(RawRequest.With("POST", "/s", "application/json", "{}", headers));

        response.Status.ShouldBe(400, response.ToString());
        response.Errors.ShouldBe([$"{name}: the percent-encoded bytes must be UTF-8"]);
    }

    [Theory]
    [InlineData("text/json", """{"a":1}""", "{\"a\":1}")]
    [InlineData("application/JSON; charset=utf-8", """{"a":1}""", "{\"a\":1}")]
    [InlineData("x/geo+Json", "[1]", "[1]")]
    [InlineData(null, """{"a":1}""", "{\"a\":1}")]
    [InlineData(null, "hello", "\"hello\"")]
    public async Task Writes_JSON_as_JSON_in_structured_mode(string? contentType, string body, string data)
    {
        var (function, type) = await SubscribeAsync("1.0");

        var call = await SendAsync(function, type, contentType, Encoding.UTF8.GetBytes(body));

        call.Json["data"]!.ToJsonString().ShouldBe(data);
        (call.Json["datacontenttype"]?.GetValue<string>()).ShouldBe(contentType);
    }

    [Theory]
    [InlineData("hello", null)]
    [InlineData("[1]", "application/json")]
    public async Task Says_nothing_about_the_type_that_the_sender_did_not_say(string body, string? contentType)
    {
        var (function, type) = await SubscribeAsync("1.0-binary");

        var call = await SendAsync(function, type, null, Encoding.UTF8.GetBytes(body));

        call.Text.ShouldBe(body);
        call.Headers.Find("Content-Type").ShouldBe(contentType);
    }

    [Fact]
    public async Task Writes_a_JSON_string_with_its_quotes_for_every_JSON_type()
    {
        var (function, type) = await SubscribeAsync("1.0-binary");

        await running.Events.SendAsync(RawRequest.With(
            "POST", "/" + type, "application/cloudevents+json",
            $$"""{"specversion":"1.0","id":"1","source":"/t","type":"{{type}}","datacontenttype":"text/json","data":"str"}"""));

        (await CallAsync(function)).Text.ShouldBe("\"str\"");
    }

    [Theory]
    [InlineData("utf-16le", "hello", "hello")]
    [InlineData("iso-2022-jp", "日本", "日本")]
    [InlineData("iso-8859-1", "Ã©", "Ã©")]
    public async Task Reads_text_in_its_charset(string charset, string text, string expected)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var contentType = $"text/plain; charset={charset}";
        var body = Encoding.GetEncoding(charset).GetBytes(text);
        var (structured, type) = await SubscribeAsync("1.0");
        var call = await SendAsync(structured, type, contentType, body);
        call.Json["data"]!.GetValue<string>().ShouldBe(expected);
        call.Json["datacontenttype"]!.GetValue<string>().ShouldBe(contentType);

        var (binary, otherType) = await SubscribeAsync("1.0-binary");
        call = await SendAsync(binary, otherType, contentType, body);
        call.Body.ShouldBe(body);
        call.Headers.Find("Content-Type").ShouldBe(contentType);

        var plain = await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200}"""), $"/plain-{charset}");
        await running.Events.SendAsync(new RawRequest("POST", $"/plain-{charset}") { Headers = [new("Content-Type", contentType)], Body = body });
        (await CallAsync(plain)).Json["data"]!["body"]!.GetValue<string>().ShouldBe(expected);
    }

    [Theory]
    [InlineData(65, 200)]
    [InlineData(256, 200)]
    [InlineData(257, 400)]
    public async Task Limits_the_depth_of_JSON_everywhere_in_the_same_way(int depth, int status)
    {
        var json = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        var (function, type) = await SubscribeAsync("1.0");
        var plain = await running.SubscribeAsync(FunctionAnswer.Of("""{"statusCode":200}"""), $"/depth{depth}");
        RawRequest[] requests =
        [
            RawRequest.With("POST", "/" + type, "application/json", json, new HttpField("Event", type)),
            RawRequest.With("POST", "/" + type, "application/json", json, Binary(type)),
            RawRequest.With("POST", "/" + type, "application/cloudevents+json", $$"""{"specversion":"1.0","id":"1","source":"/t","type":"{{type}}","data":{{json}}}"""),
            RawRequest.Json("POST", $"/depth{depth}", json),
        ];

        foreach (var request in requests)
        {
            var response = await running.Events.SendAsync(request);
            response.Status.ShouldBe(status, response.ToString());
            if (status is 400)
            {
                response.Errors.ShouldHaveSingleItem().ShouldEndWith("is nested deeper than 256 levels, the limit of --max-json-depth");
            }
        }

        var calls = running.Functions.Calls().Where(call => call.Path == function || call.Path == plain).ToList();
        calls.Count.ShouldBe(status is 200 ? 4 : 0);
        calls.ShouldAllBe(call => call.Text.Contains(json));
    }

    [Theory]
    [InlineData("application/cloudevents+avro")]
    [InlineData("application/cloudevents+protobuf")]
    [InlineData("application/cloudevents")]
    [InlineData("application/cloudevents-batch+avro")]
    public async Task Refuses_formats_that_it_does_not_read_with_415(string contentType)
    {
        var response = await running.Events.SendAsync(RawRequest.With("POST", "/s", contentType, "x"));

        response.Status.ShouldBe(415, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldContain("application/cloudevents+json");
        response.Header("Accept").ShouldBe("application/cloudevents+json, application/cloudevents-batch+json");
    }

    [Fact]
    public async Task Names_what_an_event_lacks()
    {
        var response = await running.Events.SendAsync(RawRequest.With("POST", "/s", "application/json", "{}", [.. Binary("t").Skip(1)]));
        response.Status.ShouldBe(400, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldStartWith("ce-specversion: missing");

        response = await running.Events.SendAsync(RawRequest.With("POST", "/s", "text/plain", "x", new("CE-EventType", "t"), new("CE-EventID", "1")));
        response.Errors.ShouldHaveSingleItem().ShouldStartWith("CE-CloudEventsVersion, CE-Source: missing");

        response = await running.Events.SendAsync(RawRequest.Json("POST", "/s", """{"specversion":"1.0","id":"1","source":"/t","type":"t"}"""));
        response.Status.ShouldBe(404, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldContain("Content-Type: application/cloudevents+json");

        response = await running.Events.SendAsync(RawRequest.With(
            "POST", "/s", "application/cloudevents+json", """{"specversion":"1.0","id":"1","source":"/t","type":"t","datacontenttype":"nonsense"}"""));
        response.Status.ShouldBe(400, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldStartWith("datacontenttype: must be a media type");
    }

    [Fact]
    public async Task Refuses_an_attribute_of_more_than_4_KiB_and_names_it()
    {
        var tooLong = new string('x', 4097);
        RawRequest[] requests =
        [
            RawRequest.With("POST", "/s", "text/plain", "x", [.. Binary("t"), new("ce-subject", tooLong)]),
            RawRequest.With("POST", "/s", "application/cloudevents+json", $$"""{"specversion":"1.0","id":"1","source":"/t","type":"t","subject":"{{tooLong}}"}"""),
            RawRequest.With("POST", "/s", "text/plain", "x", new HttpField("Event", tooLong)),
        ];

        foreach (var request in requests)
        {
            var response = await running.Events.SendAsync(request);
            response.Status.ShouldBe(400, response.ToString());
            response.Errors.ShouldHaveSingleItem().ShouldEndWith(": has 4097 bytes; at most 4096 are accepted");
        }
    }

    [Fact]
    public async Task Ignores_a_reply_in_binary_mode_with_escapes_that_are_not_UTF_8()
    {
        var (type, replyType) = (running.NewName() + ".asked", running.NewName() + ".answered");
        var function = await running.Gateway.SubscribeAsync(
            running.Functions,
            running.NewName(),
            new FunctionAnswer { Body = "{}", Headers = [.. Binary(replyType), new("ce-subject", "%FF")] },
            "/",
            "async",
            type,
            more: new JsonObject { ["reply"] = true });

        await running.Events.SendAsync(RawRequest.With("POST", "/", "text/plain", "x", Binary(type)));

        await CallAsync(function);
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/metrics")).Text.Split('\n').Any(line =>
                line.StartsWith("eventgateway_replies_total{", StringComparison.Ordinal) && line.Contains("outcome=\"invalid\"", StringComparison.Ordinal)),
            "the metrics show the invalid reply");
    }

    private static HttpField[] Binary(string type) => [new("ce-specversion", "1.0"), new("ce-id", "1"), new("ce-source", "/t"), new("ce-type", type)];

    private async Task<(string Function, string Type)> SubscribeAsync(string format)
    {
        var type = running.NewName() + ".sent";
        var function = await running.SubscribeAsync(
            FunctionAnswer.Of("""{"statusCode":200}"""), "/" + type, eventType: type, delivery: new JsonObject { ["cloudEvents"] = format });
        return (function, type);
    }

    private async Task<FunctionCall> SendAsync(string function, string type, string? contentType, byte[] body)
    {
        var response = await running.Events.SendAsync(new RawRequest("POST", "/" + type)
        {
            Headers = contentType is null ? Binary(type) : [new("Content-Type", contentType), .. Binary(type)],
            Body = body,
        });
        response.Status.ShouldBe(200, response.ToString());
        return await CallAsync(function);
    }

    private async Task<FunctionCall> CallAsync(string function)
    {
        FunctionCall? found = null;
        await Eventually.TrueAsync(() => (found = running.Functions.Calls().SingleOrDefault(call => call.Path == function)) is not null, $"{function} is called");
        return found!;
    }
}
