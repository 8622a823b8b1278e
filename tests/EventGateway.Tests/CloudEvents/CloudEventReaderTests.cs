using System.Text;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public class CloudEventReaderTests
{
    private const string V1 = """ "specversion":"1.0","id":"i","source":"/s","type":"t" """;
    private const string V01 = """ "cloudEventsVersion":"0.1","eventID":"i","source":"/s","eventType":"t" """;

    [Fact]
    public void Reads_every_attribute_of_1_0()
    {
        var cloudEvent = Read("""
            {"data":{"n":12345678901234567890.10,"u":"\u00e9"},"type":"t","source":"s","id":"i","specversion":"1.0","subject":"é","time":"2026-01-31T12:30:00.120+02:00",
             "dataschema":"http://x/y","datacontenttype":"application/json","ext1":"a","ext2":-5,"ext3":true,"ext4":null}
            """);
        cloudEvent.SpecVersion.ShouldBe(SpecVersion.V1);
        cloudEvent.Id.ShouldBe("i");
        cloudEvent.Source.ShouldBe("s");
        cloudEvent.Type.ShouldBe("t");
        cloudEvent.Subject.ShouldBe("é");
        cloudEvent.Time.ShouldBe("2026-01-31T12:30:00.120+02:00");
        cloudEvent.DataSchema.ShouldBe("http://x/y");
        cloudEvent.DataContentType.ShouldBe("application/json");
        cloudEvent.Data.Kind.ShouldBe(CloudEventDataKind.Json);
        TestEvents.Text(cloudEvent.Data.Bytes).ShouldBe("""{"n":12345678901234567890.10,"u":"\u00e9"}""");
        cloudEvent.Extensions.Select(e => $"{e.Name}={TestEvents.Text(e.Json)}").ShouldBe(["ext1=\"a\"", "ext2=-5", "ext3=true"]);
    }

    [Fact]
    public void Reads_every_attribute_of_0_1()
    {
        var cloudEvent = Read("""
            {"eventType":"t","eventTypeVersion":"1.5","cloudEventsVersion":"0.1","source":"urn:x:y","eventID":"i","eventTime":"1985-04-12T23:20:50.52Z",
             "schemaURL":"http://schema","contentType":"text/plain","extensions":{"a":"b","n":{"x":1.50}},"data":"x","unknown":[1]}
            """);
        cloudEvent.SpecVersion.ShouldBe(SpecVersion.V01);
        cloudEvent.Id.ShouldBe("i");
        cloudEvent.Source.ShouldBe("urn:x:y");
        cloudEvent.Type.ShouldBe("t");
        cloudEvent.TypeVersion.ShouldBe("1.5");
        cloudEvent.Time.ShouldBe("1985-04-12T23:20:50.52Z");
        cloudEvent.DataSchema.ShouldBe("http://schema");
        cloudEvent.DataContentType.ShouldBe("text/plain");
        TestEvents.Text(cloudEvent.Data.Bytes).ShouldBe("\"x\"");
        cloudEvent.Extensions.Select(e => $"{e.Name}={TestEvents.Text(e.Json)}").ShouldBe(["a=\"b\"", "n={\"x\":1.50}"]);
    }

    [Theory]
    [InlineData("{ SPEC, \"data_base64\":\"AP8=\" }")]
    [InlineData("{ SPEC, \"data_base64\":\"\\u0041P8=\" }")]
    [InlineData("{ SPEC, \"data\":null, \"data_base64\":\"AP8=\" }")]
    [InlineData("{ SPEC, \"data_base64\":\"AP8=\", \"data\":null }")]
    public void Decodes_base64_data(string json)
    {
        var cloudEvent = Read(json.Replace("SPEC", V1, StringComparison.Ordinal));
        cloudEvent.Data.Kind.ShouldBe(CloudEventDataKind.Binary);
        cloudEvent.Data.Bytes.ToArray().ShouldBe([0, 255]);
    }

    [Fact]
    public void Tells_null_data_from_no_data()
    {
        Read($"{{{V1}}}").Data.Kind.ShouldBe(CloudEventDataKind.None);
        TestEvents.Text(Read($"{{{V1},\"data\":null}}").Data.Bytes).ShouldBe("null");
        TestEvents.Text(Read($"{{{V01},\"data\":null}}").Data.Bytes).ShouldBe("null");
    }

    [Fact]
    public void Unescapes_names_and_values() =>
        Read("""{"\u0073pecversion":"1.0","i\u0064":"\ud83d\ude00","source":"\/s","type":"t"}""").Id.ShouldBe("😀");

    [Theory]
    [InlineData("EVENTTYPE")]
    [InlineData("eventtype")]
    public void Reads_names_of_0_1_in_any_case(string name) =>
        Read($$"""{"{{name}}":"t","cloudeventsversion":"0.1","Source":"/s","eventid":"i"}""").Type.ShouldBe("t");

    [Fact]
    public void Keeps_another_text_as_the_version_of_0_1() =>
        Read("""{"eventType":"t","cloudEventsVersion":"zzz","source":"/s","eventID":"i"}""").DeclaredVersion.ShouldBe("zzz");

    [Fact]
    public void Takes_null_and_empty_attributes_of_0_1_as_not_set()
    {
        var cloudEvent = Read($$"""{{{V01}},"eventTime":null,"extensions":null,"contentType":"","schemaURL":"","eventTypeVersion":""}""");
        cloudEvent.Time.ShouldBeNull();
        cloudEvent.DataContentType.ShouldBeNull();
        cloudEvent.DataSchema.ShouldBeNull();
        cloudEvent.TypeVersion.ShouldBeNull();
        cloudEvent.Extensions.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://example.com/a?b#c")]
    [InlineData("urn:x:y")]
    [InlineData("/")]
    [InlineData("http://")]
    [InlineData("a:b")]
    public void Accepts_a_source_of_0_1(string source) =>
        Read($$"""{"eventType":"t","cloudEventsVersion":"0.1","source":"{{source}}","eventID":"i"}""").Source.ShouldBe(source);

    [Theory]
    [InlineData("mysource")]
    [InlineData("NOT URI")]
    [InlineData("/%zz")]
    public void Rejects_a_source_of_0_1(string source) =>
        Errors($$"""{"eventType":"t","cloudEventsVersion":"0.1","source":"{{source}}","eventID":"i"}""")
            .ShouldBe(["source: must be a URI with a scheme, or a path that starts with /"]);

    [Fact]
    public void Reports_every_broken_rule_of_1_0() =>
        Errors("""
            {"specversion":"0.3","id":1,"source":"a b","time":"nottime","subject":"","dataschema":"rel","datacontenttype":true,
             "Bad":1,"ext":1.5,"big":2147483648,"obj":{},"data":1,"data_base64":"*","ext":"x"}
            """).ShouldBe(
        [
            "specversion: must be \"1.0\" (for 0.1 the attribute is cloudEventsVersion)",
            "id: must be a string, not a number",
            "source: must be a URI reference, without spaces",
            "time: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z",
            "subject: must not be empty",
            "dataschema: must be an absolute URI",
            "datacontenttype: must be a string, not a boolean",
            "Bad: not an attribute of CloudEvents 1.0; the name of an extension has only a-z and 0-9",
            "ext: the value of an extension must be a string, a boolean or an integer of 32 bits, not a number like this",
            "big: the value of an extension must be a string, a boolean or an integer of 32 bits, not a number like this",
            "obj: the value of an extension must be a string, a boolean or an integer of 32 bits, not an object like this",
            "data_base64: must be base64 (RFC 4648)",
            "ext: occurs twice",
            "type: missing, a string that is not empty is required",
        ]);

    [Fact]
    public void Reports_every_broken_rule_of_0_1() =>
        Errors("""{"cloudEventsVersion":"","eventID":1,"eventType":"","source":null,"eventTime":"","extensions":"x","contentType":1,"CONTENTTYPE":"a"}""").ShouldBe(
        [
            "eventID: must be a string, not a number",
            "extensions: must be an object, not a string",
            "contentType: must be a string, not a number",
            "contentType: occurs twice",
            "eventType: missing, a string that is not empty is required",
            "source: missing, a string that is not empty is required",
            "cloudEventsVersion: missing, a string that is not empty is required",
            "eventTime: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z",
        ]);

    [Theory]
    [InlineData("text/plain\\r\\nx: y")]
    [InlineData("text/plain\\n")]
    [InlineData("\\u0000")]
    [InlineData("text\\t")]
    [InlineData("\\u007f")]
    [InlineData("text/é")]
    public void Rejects_a_content_type_that_no_header_could_hold(string contentType)
    {
        Errors($"{{{V1},\"datacontenttype\":\"{contentType}\"}}").ShouldBe(["datacontenttype: must have printable ASCII characters only"]);
        Errors($"{{{V01},\"contentType\":\"{contentType}\"}}").ShouldBe(["contentType: must have printable ASCII characters only"]);
        CloudEventReader.ReadBatch(TestEvents.Bytes($"[{{{V1}}},{{{V1},\"datacontenttype\":\"{contentType}\"}}]")).Errors
            .ShouldBe(["[1].datacontenttype: must have printable ASCII characters only"]);
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", true)]
    [InlineData("a/b;c=\\\"d e\\\"", true)]
    [InlineData("any text ~!", false)]
    [InlineData("json", false)]
    [InlineData(";", false)]
    [InlineData("text/", false)]
    [InlineData("text/plain; charset=a; Charset=b", false)]
    public void Takes_only_media_types_as_a_content_type_of_1_0(string contentType, bool isMediaType)
    {
        var v1 = TestEvents.Bytes($"{{{V1},\"datacontenttype\":\"{contentType}\"}}");
        var read = CloudEventReader.ReadStructured(v1);
        read.IsValid.ShouldBe(isMediaType);
        read.Errors.ShouldAllBe(error => error.StartsWith("datacontenttype: must be a media type such as application/json", StringComparison.Ordinal));
        CloudEventReader.ReadStored(v1).IsValid.ShouldBeTrue();
        Read($"{{{V01},\"contentType\":\"{contentType}\"}}").DataContentType.ShouldBe(contentType.Replace("\\", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"specversion":"1.0","type":"t"}""", true)]
    [InlineData("""{"cloudEventsVersion":"0.1","eventid":"1"}""", true)]
    [InlineData("""{"specversion":"1.0"}""", false)]
    [InlineData("""{"type":"t","id":"1","source":"/s"}""", false)]
    [InlineData("""[{"specversion":"1.0","type":"t"}]""", false)]
    [InlineData("""{"specversion":"1.0","type":"t" """, false)]
    public void Finds_out_whether_a_document_looks_like_an_event(string json, bool expected) =>
        CloudEventReader.LooksLikeEvent(TestEvents.Bytes(json)).ShouldBe(expected);

    [Fact]
    public void Reports_what_an_empty_object_lacks() =>
        Errors("{}").Select(e => e[..e.IndexOf(':', StringComparison.Ordinal)]).ShouldBe(["specversion", "id", "source", "type"]);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{SPEC")]
    [InlineData("{SPEC,}")]
    [InlineData("{SPEC} x")]
    [InlineData("{SPEC}{}")]
    [InlineData("{SPEC,\"data\":}")]
    [InlineData("{SPEC,\"data\":[1,}")]
    [InlineData("{SPEC,\"data\":NaN}")]
    [InlineData("{SPEC,/**/\"data\":1}")]
    [InlineData("\ufeff{SPEC}")]
    [InlineData("{SPEC,\"id\":\"i\"}")]
    [InlineData("{SPEC,\"a\":1,\"\\u0061\":1}")]
    [InlineData("{SPEC,\"data\":1,\"data_base64\":\"AA==\"}")]
    [InlineData("{SPEC,\"data_base64\":1}")]
    [InlineData("{SPEC,\"subject\":\"\\ud800\"}")]
    [InlineData("{SPEC,\"\\ud800\":1}")]
    [InlineData("{SPEC,\"\":1}")]
    public void Rejects(string json) => Errors(json.Replace("SPEC", V1, StringComparison.Ordinal)).ShouldHaveSingleItem();

    [Fact]
    public void Rejects_invalid_utf8()
    {
        var json = Encoding.Latin1.GetBytes($"{{{V1},\"data\":\"\u00ff\"}}");
        CloudEventReader.ReadStructured(json).Errors.ShouldBe(["The body is not valid UTF-8."]);
        CloudEventReader.ReadBatch(json).Errors.ShouldBe(["The body is not valid UTF-8."]);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(100_000, false)]
    public void Limits_the_depth(int depth, bool isValid)
    {
        var data = new string('[', depth) + new string(']', depth);
        var limit = new JsonDepthLimit(256, "--max-json-depth");
        string[] errors = isValid ? [] : ["data: is nested deeper than 256 levels, the limit of --max-json-depth"];
        CloudEventReader.ReadStructured(TestEvents.Bytes($"{{{V1},\"data\":{data}}}"), limit).Errors.ShouldBe(errors);
        CloudEventReader.ReadStructured(TestEvents.Bytes($"{{{V01},\"data\":{data}}}"), limit).Errors.ShouldBe(errors);
        CloudEventReader.ReadBatch(TestEvents.Bytes($"[{{{V1},\"data\":{data}}}]"), limit).Errors.ShouldBe(errors);
        CloudEventReader.ReadStored(TestEvents.Bytes($"{{{V1},\"data\":{data}}}")).IsValid.ShouldBeTrue();
    }

    [Theory]
    [InlineData("[1")]
    [InlineData("[[[[[[")]
    public void Tells_broken_JSON_from_deep_JSON(string data) =>
        CloudEventReader.ReadStructured(TestEvents.Bytes($"{{{V1},\"data\":{data}}}"), new JsonDepthLimit(6)).Errors
            .ShouldHaveSingleItem().ShouldStartWith("The body is not well-formed JSON (line 1, byte ");

    [Fact]
    public void Finds_duplicates_among_many_extensions()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"e{i}\":1"));
        Read($"{{{V1},{many}}}").Extensions.Count.ShouldBe(40);
        Errors($"{{{V1},{many},\"e3\":1,\"e39\":2}}").ShouldBe(["e3: occurs twice", "e39: occurs twice"]);
        Errors($"{{{V01},\"extensions\":{{{many},\"e3\":1}}}}").ShouldBe(["extensions.e3: occurs twice"]);
    }

    [Fact]
    public void Keeps_the_list_of_errors_short() =>
        Errors($"{{{string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"E{i}\":1"))}}}").Count.ShouldBe(32);

    [Fact]
    public void Reads_a_batch()
    {
        var result = CloudEventReader.ReadBatch(TestEvents.Bytes($"[{{{V1},\"data\":1}},{{{V1},\"data\":[2]}}]"));
        result.IsValid.ShouldBeTrue();
        result.Events!.Select(e => TestEvents.Text(e.Data.Bytes)).ShouldBe(["1", "[2]"]);
        CloudEventReader.ReadBatch(TestEvents.Bytes("[]")).Events.ShouldBe([]);
    }

    [Fact]
    public void Names_the_index_of_what_is_wrong_in_a_batch() =>
        CloudEventReader.ReadBatch(TestEvents.Bytes($"[{{{V1}}},1,{{{V01}}},{{{V1},\"time\":\"x\"}}]")).Errors
            .Select(e => e.Split(':')[0]).ShouldBe(["[1].event", "[2].specversion", "[3].time"]);

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[] 1")]
    [InlineData("")]
    [InlineData("[1,]")]
    public void Rejects_what_is_no_batch(string json) => CloudEventReader.ReadBatch(TestEvents.Bytes(json)).Errors.ShouldHaveSingleItem();

    private static CloudEvent Read(string json)
    {
        var result = CloudEventReader.ReadStructured(TestEvents.Bytes(json));
        result.Errors.ShouldBeEmpty();
        return result.Event.ShouldNotBeNull();
    }

    private static IReadOnlyList<string> Errors(string json)
    {
        var result = CloudEventReader.ReadStructured(TestEvents.Bytes(json));
        result.Event.ShouldBeNull();
        return result.Errors;
    }
}
