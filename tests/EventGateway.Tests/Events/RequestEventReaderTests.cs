using System.Text;
using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Events;
using EventGateway.Tests.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public class RequestEventReaderTests
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
        Read("{}", headers).Errors.ShouldNotBeNull();
    }

    [Fact]
    public void Takes_a_batch()
    {
        Read($"[{V1},{V1}]", ("Content-Type", "application/cloudevents-batch+json")).Batch!.Count.ShouldBe(2);
        Read($"[{V1},{V01}]", ("Content-Type", "application/cloudevents-batch+json")).Errors!.ShouldAllBe(e => e.StartsWith("[1].", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_binary_mode()
    {
        (string, string)[] v1 = [("ce-specversion", "1.0"), ("ce-id", "i"), ("ce-source", "/s"), ("ce-type", "t")];
        var cloudEvent = Read("""{"a":1}""", [("Content-Type", "application/json"), ("Event", "other"), .. v1]).Event.ShouldNotBeNull();
        (cloudEvent.SpecVersion, cloudEvent.Type, cloudEvent.Data.Kind).ShouldBe((SpecVersion.V1, "t", CloudEventDataKind.Json));
        Read("x", [.. v1, ("ce-twice", "1"), ("ce-twice", "2")]).Errors.ShouldBe(["ce-twice: occurs twice"]);

        cloudEvent = Read("x", [.. BinaryV01, ("Event", "other"), ("ce-x-Foo-Bar", "a"), ("CE-X-Foo-Bar", "é")]).Event.ShouldNotBeNull();
        (cloudEvent.SpecVersion, cloudEvent.Type, cloudEvent.Data.Kind).ShouldBe((SpecVersion.V01, "test.event", CloudEventDataKind.Text));
        TestEvents.Text(cloudEvent.Extensions.ShouldHaveSingleItem().Json).ShouldBe("\"a, é\"");
        Read("x", TestRequests.Compatible, [.. BinaryV01]).Event!.Data.Kind.ShouldBe(CloudEventDataKind.Binary);
    }

    [Fact]
    public void Reads_headers_as_UTF_8_and_refuses_others_of_binary_mode()
    {
        (string, string)[] v1 = [("ce-specversion", "1.0"), ("ce-id", "Ren\u00c3\u00a9"), ("ce-source", "/s"), ("ce-type", "t")];

        Read("x", v1).Event!.Id.ShouldBe("Ren\u00e9");
        Read("x", [.. v1, ("ce-name", "Ren\u00e9")]).Errors.ShouldBe(["ce-name: must be percent-encoded, or UTF-8"]);
        Read("x", ("Event", "Ren\u00c3\u00a9")).Event!.Type.ShouldBe("Ren\u00e9");
    }

    [Fact]
    public void Refuses_two_Event_headers() =>
        Read("x", ("Event", "a"), ("Event", "b")).Errors.ShouldBe(["Event: occurs twice; one is accepted"]);

    [Theory]
    [InlineData("CE-EventType")]
    [InlineData("CE-CloudEventsVersion")]
    [InlineData("CE-Source")]
    [InlineData("CE-EventID")]
    public void Refuses_0_1_with_a_required_header_missing_except_under_compat(string missing)
    {
        var headers = BinaryV01.Where(h => h.Item1 != missing).ToArray();
        Read("x", headers).Errors.ShouldBe([$"{missing}: missing, an event of CloudEvents 0.1 in binary mode needs it"]);
        KindOf(allowsIncomplete: true, headers).ShouldBe(ContentKind.HttpRequest);
        Read("x", [.. headers, ("Event", "t")]).Event!.Type.ShouldBe("t");
    }

    [Fact]
    public void Refuses_headers_of_1_0_without_the_version()
    {
        (string, string)[] headers = [("ce-id", "i"), ("ce-source", "/s"), ("ce-type", "t")];
        Read("x", headers).Errors.ShouldHaveSingleItem().ShouldStartWith("ce-specversion: missing");
        Read("x", [.. headers, ("Event", "t")]).Event!.Type.ShouldBe("t");
        KindOf(("ce-x-a", "1"), ("ce-time", "x")).ShouldBe(ContentKind.HttpRequest);
    }

    [Theory]
    [InlineData("application/cloudevents+avro")]
    [InlineData("Application/CloudEvents+Protobuf; a=b")]
    [InlineData("application/cloudevents")]
    [InlineData("application/cloudevents-batch+avro")]
    public void Refuses_formats_that_it_does_not_read(string contentType)
    {
        var content = RequestContent.Of(TestRequests.Of(headers: [("Content-Type", contentType), .. BinaryV01]));
        (content.Kind, content.IsUnsupported).ShouldBe((ContentKind.HttpRequest, true));
        content.Error.ShouldNotBeNull().ShouldContain("application/cloudevents+json, application/cloudevents-batch+json");
    }

    [Theory]
    [InlineData("""{"a":1}""", CloudEventDataKind.Json)]
    [InlineData(" 5\n", CloudEventDataKind.Json)]
    [InlineData("hello", CloudEventDataKind.Text)]
    [InlineData("", CloudEventDataKind.None)]
    public void Takes_a_binary_event_without_a_content_type_as_JSON_if_it_can_be(string body, CloudEventDataKind kind)
    {
        var cloudEvent = Read(body, BinaryV1).Event.ShouldNotBeNull();
        (cloudEvent.Data.Kind, cloudEvent.DataContentType).ShouldBe((kind, null));
        TestEvents.Text(cloudEvent.Data.Bytes).ShouldBe(body);
    }

    [Theory]
    [InlineData(256, false)]
    [InlineData(257, true)]
    public void Refuses_JSON_that_is_too_deep_and_does_not_make_it_base64(int depth, bool isRefused)
    {
        var json = new string('[', depth) + new string(']', depth);
        foreach (var headers in new[] { BinaryV1, [("Content-Type", "text/json"), .. BinaryV1], [("Content-Type", "application/json"), ("Event", "t")] })
        {
            var read = Read(json, headers);
            read.Errors.ShouldBe(isRefused ? ["body: is nested deeper than 256 levels"] : null);
            (read.Event?.Data.Kind).ShouldBe(isRefused ? null : CloudEventDataKind.Json);
        }
    }

    [Fact]
    public void Refuses_a_long_type_and_names_the_header() =>
        Read("x", ("Event", new string('t', 5000))).Errors.ShouldBe(["Event: has 5000 bytes; at most 4096 are accepted"]);

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
        TestEvents.Text(cloudEvent.Data.Bytes).ShouldBe(body);
        cloudEvent.DataContentType.ShouldBe(dataContentType);
        cloudEvent.Extensions.Select(e => e.Name).ShouldBe(["eventgatewaytransformed", "eventgatewaytransformationversion"]);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", """{"a":1}""", CloudEventDataKind.Json, "application/json")]
    [InlineData("application/json", "{\"a\":", CloudEventDataKind.Binary, "application/json")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "a=1&b=2", CloudEventDataKind.Text, "application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1", """{"a":1}""", CloudEventDataKind.Json, "application/json")]
    [InlineData("application/x-www-form-urlencoded; charset=windows-1252", "a=1&b=2", CloudEventDataKind.Text, "application/x-www-form-urlencoded")]
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
    public void Takes_the_event_header_of_a_plain_request_as_one(string type) => KindOf(("Event", type)).ShouldBe(ContentKind.HttpRequest);

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
    [InlineData("text/plain; charset=a; charset=b")]
    public void Rejects_a_content_type(string contentType)
    {
        Read("x", ("Content-Type", contentType), ("Event", "t")).Errors.ShouldHaveSingleItem().ShouldStartWith("Content-Type:");

        // A plain request can have a function that takes it all the same.
        var plain = RequestContent.Of(TestRequests.Of(headers: ("Content-Type", contentType)));
        plain.Kind.ShouldBe(ContentKind.HttpRequest);
        plain.Error.ShouldNotBeNull().ShouldStartWith("Content-Type:");
        plain.ForEvent(TestRequests.Of()).Kind.ShouldBe(ContentKind.Invalid);
    }

    [Fact]
    public void Says_that_the_content_type_occurs_twice() =>
        Read("x", ("Content-Type", "a/b"), ("Content-Type", "c/d"), ("Event", "t")).Errors.ShouldBe(["Content-Type: occurs twice; one is accepted"]);

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

        KindOf(("Content-Type", contentType)).ShouldBe(ContentKind.HttpRequest);
    }

    [Theory]
    [InlineData("json")]
    [InlineData(";")]
    [InlineData("")]
    public void Takes_an_odd_content_type(string contentType) => KindOf(("Content-Type", contentType)).ShouldBe(ContentKind.HttpRequest);

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
                if (KindOf(headers) is ContentKind.HttpRequest)
                {
                    continue;
                }

                var request = Read(Encoding.Latin1.GetString(body), defaults, headers);
                (request.Event is null && request.Batch is null).ShouldBe(request.Errors?.Count > 0);
            }
        });

    private static readonly (string, string)[] BinaryV01 =
        [("CE-EventType", "test.event"), ("CE-CloudEventsVersion", "0.1"), ("CE-Source", "/bin"), ("CE-EventID", "bid-1")];

    private static readonly (string, string)[] BinaryV1 =
        [("ce-specversion", "1.0"), ("ce-id", "i"), ("ce-source", "/s"), ("ce-type", "t")];

    private static ContentKind KindOf(params (string Name, string Value)[] headers) => KindOf(allowsIncomplete: false, headers);

    private static ContentKind KindOf(bool allowsIncomplete, (string Name, string Value)[] headers)
    {
        var request = TestRequests.Of(headers: headers);
        var content = RequestContent.Of(request);
        return content.Kind is ContentKind.HttpRequest ? content.ForEvent(request, allowsIncomplete).Kind : content.Kind;
    }

    private static RequestEvents Read(string body, params (string Name, string Value)[] headers) => Read(body, new GatewayDefaults(), headers);

    private static RequestEvents Read(string body, GatewayDefaults defaults, params (string Name, string Value)[] headers)
    {
        var request = TestRequests.Of(headers: headers);
        var content = RequestContent.Of(request);
        return TestRequests.Reader(defaults).Read(request, content.Kind is ContentKind.HttpRequest ? content.ForEvent(request) : content, TestEvents.Bytes(body));
    }
}
