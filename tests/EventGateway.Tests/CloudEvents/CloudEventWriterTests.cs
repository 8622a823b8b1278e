using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public class CloudEventWriterTests
{
    private static readonly CloudEvent Minimal = new() { Id = "i", Type = "t", Source = "/s" };

    [Fact]
    public void Writes_every_attribute_of_1_0() => Write(Full, CloudEventFormat.V1Structured).ShouldBe(
        """{"specversion":"1.0","id":"i","source":"/s","type":"t","time":"2026-01-31T12:30:00.120Z","subject":"é","dataschema":"http://x/y","datacontenttype":"application/json","ext":5,"eventtypeversion":"2","eventgatewaytransformed":"true","eventgatewaytransformationversion":"0.1","data":{"n": 1.0}}""");

    [Fact]
    public void Writes_every_attribute_of_0_1() => Write(Full, CloudEventFormat.V01Structured).ShouldBe(
        """{"eventType":"t","eventTypeVersion":"2","cloudEventsVersion":"0.1","source":"/s","eventID":"i","eventTime":"2026-01-31T12:30:00.12Z","schemaURL":"http://x/y","extensions":{"ext":5,"eventgateway":{"transformed":"true","transformation-version":"0.1"},"subject":"é"},"contentType":"application/json","data":{"n": 1.0}}""");

    [Fact]
    public void Writes_headers_in_binary_mode()
    {
        using var buffer = new PooledBuffer();
        var payload = CloudEventWriter.Write(Full with { Id = "a \"%€" }, CloudEventFormat.V1Binary, buffer);
        payload.ContentType.ShouldBe("application/json");
        TestEvents.Text(payload.Body).ShouldBe("""{"n": 1.0}""");
        payload.Headers!.Select(h => $"{h.Key}: {h.Value}").ShouldBe(
        [
            "ce-specversion: 1.0", "ce-id: a%20%22%25%E2%82%AC", "ce-source: /s", "ce-type: t", "ce-time: 2026-01-31T12:30:00.120Z", "ce-subject: %C3%A9",
            "ce-dataschema: http://x/y", "ce-ext: 5", "ce-eventtypeversion: 2", "ce-eventgatewaytransformed: true", "ce-eventgatewaytransformationversion: 0.1",
        ]);
    }

    [Fact]
    public void Flattens_the_extensions_of_0_1() => Write(
        Minimal with
        {
            SpecVersion = SpecVersion.V01,
            Extensions =
            [
                Extension("Some-Name", "\"x\""), Extension("somename", "1"), Extension("SOMENAME", "2"), Extension("id", "3"), Extension("é", "4"), Extension("subject", "5"),
                Extension("obj", """{"a": 1.50}"""), Extension("float", "1e3"), Extension("big", "2147483648"), Extension("no", "null"),
                Extension("eventgateway", """{"authorization":{"principalId":"p"},"transformation-version":"0.1"}"""),
            ],
        },
        CloudEventFormat.V1Structured).ShouldBe(
        """{"specversion":"1.0","id":"i","source":"/s","type":"t","somename":"x","somename2":1,"somename3":2,"xid":3,"x":4,"xsubject":5,"obj":"{\"a\": 1.50}","float":"1e3","big":"2147483648","eventgatewayauthorization":"{\"principalId\":\"p\"}","eventgatewaytransformationversion":"0.1"}""");

    [Fact]
    public void Nests_nothing_beside_an_extension_of_the_name() => CloudEventConverter
        .ToV01(Minimal with { Extensions = [Extension("eventgateway", "1"), Extension("eventgatewaya", "2")] })
        .Extensions.Select(e => e.Name).ShouldBe(["eventgateway", "eventgatewaya"]);

    [Fact]
    public void Takes_the_subject_from_an_extension_of_0_1() =>
        CloudEventConverter.ToV1(Minimal with { SpecVersion = SpecVersion.V01, Extensions = [Extension("subject", "\"s\"")] }).Subject.ShouldBe("s");

    [Theory]
    [InlineData("text/xml", "<a/>")]
    [InlineData("application/json", "\"<a/>\"")]
    [InlineData(null, "\"<a/>\"")]
    public void Writes_a_JSON_string_as_text_where_the_data_is_not_JSON(string? contentType, string body)
    {
        using var buffer = new PooledBuffer();
        var payload = CloudEventWriter.Write(
            Minimal with { DataContentType = contentType, Data = CloudEventData.Json("\"<a\\/>\""u8.ToArray()) }, CloudEventFormat.V1Binary, buffer);
        TestEvents.Text(payload.Body).ShouldBe(body.Replace("/>\"", "\\/>\"", StringComparison.Ordinal));
        payload.ContentType.ShouldBe(contentType ?? "application/json");
    }

    [Theory]
    [InlineData("application/cloudevents+json")]
    [InlineData("Application/CloudEvents-batch+json; charset=utf-8")]
    public void Writes_structured_what_would_pass_for_another_event_in_binary_mode(string contentType)
    {
        using var buffer = new PooledBuffer(64);

        var payload = CloudEventWriter.Write(
            Minimal with { DataContentType = contentType, Data = CloudEventData.Binary("{}"u8.ToArray()) }, CloudEventFormat.V1Binary, buffer);

        payload.ContentType.ShouldBe("application/cloudevents+json");
        payload.Headers.ShouldBeNull();
        var read = CloudEventReader.ReadStructured(payload.Body).Event.ShouldNotBeNull();
        read.DataContentType.ShouldBe(contentType);
        read.Data.Bytes.ToArray().ShouldBe("{}"u8.ToArray());
    }

    [Theory]
    [InlineData(CloudEventDataKind.None, null)]
    [InlineData(CloudEventDataKind.Json, "application/json")]
    [InlineData(CloudEventDataKind.Text, null)]
    [InlineData(CloudEventDataKind.Binary, null)]
    public void Names_only_the_type_of_JSON_in_binary_mode(CloudEventDataKind kind, string? contentType)
    {
        using var buffer = new PooledBuffer();
        CloudEventWriter.Write(Minimal with { Data = new(kind, "1"u8.ToArray()) }, CloudEventFormat.V1Binary, buffer).ContentType.ShouldBe(contentType);
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "\"\u00e9\"", "E9", "text/plain; charset=iso-8859-1")]
    [InlineData("text/plain; charset=utf-16le", "\"a\"", "6100", "text/plain; charset=utf-16le")]
    [InlineData("application/json; charset=iso-8859-1", "[\"\u00e9\"]", "5B22E9225D", "application/json; charset=iso-8859-1")]
    [InlineData("text/plain; charset=iso-8859-1; x=y", "\"\u20ac\"", "E282AC", "text/plain; charset=utf-8; x=y")]
    [InlineData("text/plain; a=charset; charset=\"nonsense\"", "\"a\"", "61", "text/plain; a=charset; charset=utf-8")]
    [InlineData("text/plain; charset=utf-16", "\"a\"", "61", "text/plain; charset=utf-8")]
    [InlineData("text/plain; charset=UTF-8", "\"\u00e9\"", "C3A9", "text/plain; charset=UTF-8")]
    public void Writes_text_in_its_charset_or_names_UTF_8(string contentType, string json, string body, string written)
    {
        using var buffer = new PooledBuffer();
        var payload = CloudEventWriter.Write(Minimal with { DataContentType = contentType, Data = CloudEventData.Json(TestEvents.Bytes(json)) }, CloudEventFormat.V1Binary, buffer);
        Convert.ToHexString(payload.Body.Span).ShouldBe(body);
        payload.ContentType.ShouldBe(written);
    }

    [Theory]
    [InlineData("2026-01-31T12:30:00Z", "2026-01-31T12:30:00Z")]
    [InlineData("1985-04-12T23:20:50.120+02:00", "1985-04-12T23:20:50.12+02:00")]
    [InlineData("1985-04-12T23:20:50.000Z", "1985-04-12T23:20:50Z")]
    public void Writes_times_of_0_1_without_needless_zeros(string time, string expected) =>
        Write(Minimal with { Time = time }, CloudEventFormat.V01Structured).ShouldContain($"\"eventTime\":\"{expected}\"");

    [Fact]
    public void Appends_to_what_the_buffer_holds()
    {
        using var buffer = new PooledBuffer();
        "before"u8.CopyTo(buffer.GetSpan(6));
        buffer.Advance(6);
        var body = TestEvents.Text(CloudEventWriter.Write(Minimal, CloudEventFormat.V1Structured, buffer).Body);
        body.ShouldBe("""{"specversion":"1.0","id":"i","source":"/s","type":"t"}""");
        TestEvents.Text(buffer.WrittenMemory).ShouldBe("before" + body);
    }

    [Fact]
    public void Writes_events_larger_than_the_buffer()
    {
        var data = TestEvents.Bytes($"\"{new string('x', 100_000)}\"");
        Write(Minimal with { Data = CloudEventData.Json(data) }, CloudEventFormat.V1Structured).Length.ShouldBeGreaterThan(100_000);
    }

    private static CloudEvent Full => Minimal with
    {
        Time = "2026-01-31T12:30:00.120Z",
        Subject = "é",
        DataSchema = "http://x/y",
        DataContentType = "application/json",
        Data = CloudEventData.Json("{\"n\": 1.0}"u8.ToArray()),
        Extensions =
        [
            Extension("ext", "5"), Extension("eventtypeversion", "\"2\""), Extension("eventgatewaytransformed", "\"true\""), Extension("eventgatewaytransformationversion", "\"0.1\""),
        ],
    };

    private static CloudEventExtension Extension(string name, string json) => new(name, TestEvents.Bytes(json));

    private static string Write(CloudEvent cloudEvent, CloudEventFormat format)
    {
        using var buffer = new PooledBuffer(16);
        var payload = CloudEventWriter.Write(cloudEvent, format, buffer);
        payload.ContentType.ShouldBe("application/cloudevents+json");
        payload.Headers.ShouldBeNull();
        return TestEvents.Text(payload.Body);
    }
}
