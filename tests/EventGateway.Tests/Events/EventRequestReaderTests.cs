using System.Text;
using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Events;
using EventGateway.Tests.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public class EventRequestReaderTests
{
    private const string V1 = """{"specversion":"1.0","id":"i","source":"/s","type":"t"}""";
    private const string V01 = """{"cloudEventsVersion":"0.1","eventID":"i","source":"/s","eventType":"t"}""";

    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("Application/CloudEvents+JSON; charset=utf-8")]
    public void Takes_structured_mode_before_all_else(string contentType)
    {
        (string, string)[] headers = [("Content-Type", contentType), .. BinaryV01, ("Event", "other")];
        Read(V1, headers).Event!.SpecVersion.ShouldBe(SpecVersion.V1);
        Read(V01, headers).Event!.Source.ShouldBe("/s");
        Read("{}", headers).Kind.ShouldBe(EventRequestKind.Invalid);
    }

    [Fact]
    public void Takes_a_batch()
    {
        Read($"[{V1},{V1}]", ("Content-Type", "application/cloudevents-batch+json")).Batch!.Count.ShouldBe(2);
        Read($"[{V1},{V01}]", ("Content-Type", "application/cloudevents-batch+json")).Errors!.ShouldAllBe(e => e.StartsWith("[1].", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_1_0_in_binary_mode()
    {
        var request = Read(
            """ {"a":1} """,
            ("Content-Type", "application/json; charset=utf-8"), ("CE-SpecVersion", "1.0"), ("ce-id", "%E2%82%AC%201"), ("ce-type", "t"), ("ce-source", "/s"),
            ("ce-time", "2026-01-31T12:30:00Z"), ("ce-subject", "\"a \\\"b\\\"\""), ("ce-dataschema", "urn:x"), ("Ce-MyExt", "5"));
        request.Errors.ShouldBeNull();
        TestEvents.Describe(request.Event!).ShouldBe(TestEvents.Describe(new CloudEvent
        {
            Id = "€ 1",
            Type = "t",
            Source = "/s",
            Time = "2026-01-31T12:30:00Z",
            Subject = "a \"b\"",
            DataSchema = "urn:x",
            DataContentType = "application/json; charset=utf-8",
            Data = CloudEventData.Json("{\"a\":1}"u8.ToArray()),
            Extensions = [new("myext", "\"5\""u8.ToArray())],
        }));
    }

    [Fact]
    public void Reports_every_broken_rule_of_binary_mode() =>
        Read(
            "",
            ("ce-specversion", "0.3"), ("ce-id", ""), ("ce-source", "a b"), ("ce-time", "x"), ("ce-dataschema", "x"), ("ce-a-b", "1"),
            ("ce-datacontenttype", "x"), ("ce-bad", "%zz"), ("ce-twice", "1"), ("ce-twice", "2")).Errors.ShouldBe(
            [
                "ce-specversion: must be 1.0 (0.1 events have CE-CloudEventsVersion)",
                "ce-id: must not be empty",
                "ce-source: must be a URI reference, without spaces",
                "ce-time: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z",
                "ce-dataschema: must be an absolute URI",
                "ce-a-b: the name of an extension has only letters and digits after ce-",
                "ce-datacontenttype: not a header of binary mode; Content-Type and the body are",
                "ce-bad: a percent sign must be followed by two hexadecimal digits",
                "ce-twice: occurs twice",
                "ce-type: missing, a string that is not empty is required",
            ],
            ignoreOrder: true);

    [Fact]
    public void Takes_0_1_in_binary_mode()
    {
        var request = Read(
            "x",
            [.. BinaryV01, ("CE-EventTypeVersion", "2"), ("CE-EventTime", "1985-04-12T23:20:50.5-07:00"), ("CE-SchemaURL", "http://s"),
             ("CE-X-Xray", "val"), ("ce-x-Foo-Bar", "a"), ("CE-X-Foo-Bar", "é")]);
        TestEvents.Describe(request.Event!).ShouldBe(TestEvents.Describe(new CloudEvent
        {
            SpecVersion = SpecVersion.V01,
            Id = "bid-1",
            Type = "test.event",
            Source = "/bin",
            Time = "1985-04-12T23:20:50.5-07:00",
            DataSchema = "http://s",
            TypeVersion = "2",
            Data = CloudEventData.Text("x"u8.ToArray()),
            Extensions = [new("xray", "\"val\""u8.ToArray()), new("foo-bar", "\"a, é\""u8.ToArray())],
        }));
        Read("x", TestRequests.Compatible, [.. BinaryV01]).Event!.Data.Kind.ShouldBe(CloudEventDataKind.Binary);
    }

    [Theory]
    [InlineData("CE-Source", "NOT URI", "CE-Source")]
    [InlineData("CE-EventTime", "x", "CE-EventTime")]
    [InlineData("CE-X-", "x", "CE-X-")]
    public void Rejects_0_1_in_binary_mode(string name, string value, string error) =>
        Read("x", [.. BinaryV01.Where(h => h.Item1 != name), (name, value)]).Errors.ShouldHaveSingleItem().ShouldStartWith(error + ":");

    [Theory]
    [InlineData("CE-EventType")]
    [InlineData("CE-CloudEventsVersion")]
    [InlineData("CE-Source")]
    [InlineData("CE-EventID")]
    public void Takes_0_1_with_a_required_header_missing_as_plain_HTTP(string missing)
    {
        var headers = BinaryV01.Where(h => h.Item1 != missing).ToArray();
        Read("x", headers).Kind.ShouldBe(EventRequestKind.Http);
        Read("x", [.. headers, ("Event", "t")]).Event!.Type.ShouldBe("t");
    }

    [Theory]
    [InlineData("application/json", """{"a":1}""", CloudEventDataKind.Json, "application/json")]
    [InlineData("application/json; charset=utf-8", " [1]\n", CloudEventDataKind.Json, "application/json; charset=utf-8")]
    [InlineData("application/foo+json", "\"x\"", CloudEventDataKind.Json, "application/foo+json")]
    [InlineData("application/json", "{\"a\":", CloudEventDataKind.Binary, "application/json")]
    [InlineData("application/x-www-form-urlencoded", "a=1&b=2", CloudEventDataKind.Text, "application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=XX", "--XX--", CloudEventDataKind.Text, "multipart/form-data; boundary=XX")]
    [InlineData("text/plain", "é", CloudEventDataKind.Text, "text/plain")]
    [InlineData("application/xml", "<a/>", CloudEventDataKind.Text, "application/xml")]
    [InlineData("application/octet-stream", "a", CloudEventDataKind.Binary, "application/octet-stream")]
    [InlineData("", "a", CloudEventDataKind.Text, "text/plain")]
    [InlineData("application/json", "", CloudEventDataKind.None, "application/json")]
    public void Takes_any_data_with_an_event_header(string contentType, string body, CloudEventDataKind kind, string dataContentType)
    {
        var cloudEvent = Read(body, ("Content-Type", contentType), ("Event", "test.event")).Event.ShouldNotBeNull();
        cloudEvent.Type.ShouldBe("test.event");
        cloudEvent.SpecVersion.ShouldBe(SpecVersion.V1);
        cloudEvent.Source.ShouldBe("/event-gateway");
        cloudEvent.Time.ShouldBe("2026-01-31T12:30:00.2500000Z");
        Guid.Parse(cloudEvent.Id).Version.ShouldBe(7);
        cloudEvent.Data.Kind.ShouldBe(kind);
        TestEvents.Text(cloudEvent.Data.Bytes).ShouldBe(body.Trim());
        cloudEvent.DataContentType.ShouldBe(dataContentType);
        cloudEvent.Extensions.Select(e => e.Name).ShouldBe(["eventgatewaytransformed", "eventgatewaytransformationversion"]);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", """{"a":1}""", CloudEventDataKind.Json, "application/json")]
    [InlineData("application/json", "{\"a\":", CloudEventDataKind.Binary, "application/json")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "a=1&b=2", CloudEventDataKind.Text, "application/x-www-form-urlencoded")]
    [InlineData("text/plain", "é", CloudEventDataKind.Binary, "text/plain")]
    [InlineData("", "a", CloudEventDataKind.Binary, "application/octet-stream")]
    [InlineData("", "", CloudEventDataKind.Text, "application/octet-stream")]
    public void Takes_any_data_as_0_9_did(string contentType, string body, CloudEventDataKind kind, string dataContentType)
    {
        var cloudEvent = Read(body, TestRequests.Compatible, ("Content-Type", contentType), ("Event", "test.event")).Event.ShouldNotBeNull();
        cloudEvent.SpecVersion.ShouldBe(SpecVersion.V01);
        cloudEvent.Source.ShouldBe("https://serverless.com/event-gateway/#transformationVersion=0.1");
        cloudEvent.Data.Kind.ShouldBe(kind);
        cloudEvent.DataContentType.ShouldBe(dataContentType);
        TestEvents.Text(cloudEvent.Extensions.ShouldHaveSingleItem().Json).ShouldBe("""{"transformed":"true","transformation-version":"0.1"}""");
    }

    [Fact]
    public void Takes_an_event_in_the_body_under_an_event_header()
    {
        Read(V01, ("Content-Type", "application/json"), ("Event", "other")).Event!.Type.ShouldBe("t");
        Read(V01, ("Content-Type", "text/plain"), ("Event", "other")).Event!.Type.ShouldBe("other");
    }

    [Theory]
    [InlineData("http.request")]
    [InlineData("")]
    public void Takes_the_event_header_of_a_plain_request_as_one(string type) => Read("x", ("Event", type)).Kind.ShouldBe(EventRequestKind.Http);

    [Fact]
    public void Refuses_the_types_of_the_gateway_itself()
    {
        const string System = """{"specversion":"1.0","id":"i","source":"/s","type":"eventgateway.x"}""";
        Read(System, ("Content-Type", "application/cloudevents+json")).Errors.ShouldHaveSingleItem().ShouldStartWith("type: \"eventgateway.x\"");
        Read($"[{V1},{System}]", ("Content-Type", "application/cloudevents-batch+json")).Errors.ShouldHaveSingleItem().ShouldStartWith("[1].type");
        Read(System, ("Content-Type", "application/json"), ("Event", "t")).Errors.ShouldHaveSingleItem();
        Read("x", ("Event", "eventgateway.event.received")).Errors.ShouldHaveSingleItem().ShouldStartWith("Event:");
        Read("x", [.. BinaryV01.Skip(1), ("CE-EventType", "eventgateway.foo")]).Errors.ShouldHaveSingleItem();
        Read("x", ("Event", "EventGateway.x")).Event!.Type.ShouldBe("EventGateway.x");
        Read("x", ("Event", "eventgateway")).Event!.Type.ShouldBe("eventgateway");
    }

    [Theory]
    [InlineData("invalid/")]
    [InlineData("a b")]
    [InlineData("text/plain; charset")]
    public void Rejects_a_content_type(string contentType) =>
        Read("x", ("Content-Type", contentType)).Errors.ShouldHaveSingleItem().ShouldStartWith("Content-Type:");

    [Theory]
    [InlineData("text/plain; a=\"é\"")]
    [InlineData("text/plain; a=\"\r\n\"")]
    public void Rejects_a_content_type_of_an_event_that_no_header_could_hold(string contentType)
    {
        (string, string)[] v1 = [("ce-specversion", "1.0"), ("ce-id", "i"), ("ce-source", "/s"), ("ce-type", "t")];
        foreach (var headers in new[] { v1, BinaryV01, [("Event", "t")] })
        {
            Read("x", [("Content-Type", contentType), .. headers]).Errors.ShouldBe(["Content-Type: must have printable ASCII characters only"]);
        }

        Read("x", ("Content-Type", contentType)).Kind.ShouldBe(EventRequestKind.Http);
    }

    [Theory]
    [InlineData("json")]
    [InlineData(";")]
    [InlineData("")]
    public void Takes_an_odd_content_type(string contentType) => Read("x", ("Content-Type", contentType)).Kind.ShouldBe(EventRequestKind.Http);

    [Fact]
    public void Random_bodies_and_headers_never_throw() =>
        Gen.Select(
            Gen.OneOf(Gen.String, TestEvents.AnyText),
            Gen.Int[0, 7].Select(i => new[] { "application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "text/plain", "", ";", "multipart/x; a=\"", "x/y" }[i]),
            Gen.Byte.Array,
            Gen.Bool).Sample((text, contentType, body, compatible) =>
        {
            var defaults = compatible ? TestRequests.Compatible : new GatewayDefaults();
            (string, string)[][] all =
            [
                [("Content-Type", contentType), ("Event", text)],
                [("Content-Type", text)],
                [("ce-specversion", "1.0"), ("ce-id", text), ("ce-source", text), ("ce-type", text), ("ce-ext", text), ("ce-time", text)],
                [("Content-Type", contentType), .. BinaryV01, ("CE-X-A", text), ("CE-EventTime", text)],
            ];
            foreach (var headers in all)
            {
                var request = Read(Encoding.Latin1.GetString(body), defaults, headers);
                (request.Kind == EventRequestKind.Invalid).ShouldBe(request.Errors?.Count > 0);
            }
        });

    private static readonly (string, string)[] BinaryV01 =
        [("CE-EventType", "test.event"), ("CE-CloudEventsVersion", "0.1"), ("CE-Source", "/bin"), ("CE-EventID", "bid-1")];

    private static EventRequest Read(string body, params (string Name, string Value)[] headers) => Read(body, new GatewayDefaults(), headers);

    private static EventRequest Read(string body, GatewayDefaults defaults, params (string Name, string Value)[] headers) =>
        TestRequests.Reader(defaults).Read(TestRequests.Of(headers: headers), TestEvents.Bytes(body));
}
