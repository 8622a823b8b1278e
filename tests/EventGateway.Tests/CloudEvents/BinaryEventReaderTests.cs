using CsCheck;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public sealed class BinaryEventReaderTests
{
    [Fact]
    public void Reads_1_0()
    {
        var result = Read(
            """ {"a":1} """,
            ("Content-Type", "application/json; charset=utf-8"), ("CE-SpecVersion", "1.0"), ("ce-id", "%E2%82%AC%201"), ("ce-type", "t"), ("ce-source", "/s"),
            ("ce-time", "2026-01-31T12:30:00Z"), ("ce-subject", "\"a \\\"b\\\"\""), ("ce-dataschema", "urn:x"), ("Ce-MyExt", "5"));
        result.Errors.ShouldBeEmpty();
        TestEvents.Describe(result.Event!).ShouldBe(TestEvents.Describe(new CloudEvent
        {
            Id = "€ 1",
            Type = "t",
            Source = "/s",
            Time = "2026-01-31T12:30:00Z",
            Subject = "a \"b\"",
            DataSchema = "urn:x",
            DataContentType = "application/json; charset=utf-8",
            Data = CloudEventData.Json(" {\"a\":1} "u8.ToArray()),
            Extensions = [new("myext", "\"5\""u8.ToArray())],
        }));
    }

    [Fact]
    public void Reports_every_broken_rule_of_1_0() =>
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
    public void Reads_0_1()
    {
        var result = Read(
            "x",
            [.. BinaryV01, ("CE-EventTypeVersion", "2"), ("CE-EventTime", "1985-04-12T23:20:50.5-07:00"), ("CE-SchemaURL", "http://s"),
             ("CE-X-Xray", "val"), ("ce-x-Foo-Bar", "a"), ("CE-X-Foo-Bar", "é")]);
        TestEvents.Describe(result.Event!).ShouldBe(TestEvents.Describe(new CloudEvent
        {
            SpecVersion = SpecVersion.V01,
            Id = "bid-1",
            Type = "test.event",
            Source = "/bin",
            Time = "1985-04-12T23:20:50.5-07:00",
            DataSchema = "http://s",
            TypeVersion = "2",
            Data = CloudEventData.Text("x"u8.ToArray()),
            Extensions = [new("xray", "\"val\""u8.ToArray()), new("foo-Bar", "\"a, é\""u8.ToArray())],
        }));
    }

    [Theory]
    [InlineData("CE-Source", "NOT URI", "CE-Source")]
    [InlineData("CE-EventTime", "x", "CE-EventTime")]
    [InlineData("CE-X-", "x", "CE-X-")]
    public void Rejects_0_1(string name, string value, string error) =>
        Read("x", [.. BinaryV01.Where(h => h.Item1 != name), (name, value)]).Errors.ShouldHaveSingleItem().ShouldStartWith(error + ":");

    [Theory]
    [InlineData("CE-EventType")]
    [InlineData("CE-CloudEventsVersion")]
    [InlineData("CE-Source")]
    [InlineData("CE-EventID")]
    public void Finds_no_event_of_0_1_with_a_required_header_missing(string missing)
    {
        FindVersion(BinaryV01).ShouldBe(SpecVersion.V01);
        FindVersion([.. BinaryV01.Where(h => h.Item1 != missing)]).ShouldBeNull();
        FindVersion([.. BinaryV01.Where(h => h.Item1 != missing), (missing, "")]).ShouldBeNull();
        FindVersion([.. BinaryV01, ("CE-SpecVersion", "")]).ShouldBe(SpecVersion.V1);
    }

    [Theory]
    [InlineData("CE-X-My-Ext", "my-Ext")]
    [InlineData("ce-x-my-ext", "my-Ext")]
    [InlineData("CE-X-eXt", "ext")]
    [InlineData("CE-X-A", "a")]
    [InlineData("CE-X-Xray", "xray")]
    public void Names_extensions_of_0_1_as_0_9_did(string header, string name) =>
        Read("x", [.. BinaryV01, (header, "v")]).Event!.Extensions.ShouldHaveSingleItem().Name.ShouldBe(name);

    [Theory]
    [InlineData("%FF")]
    [InlineData("caf%E9")]
    [InlineData("%C3%28")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C0%AF")]
    [InlineData("%C0%A0")]
    [InlineData("%80")]
    [InlineData("a%F0%9F%98")]
    public void Refuses_escapes_that_are_not_UTF_8(string value)
    {
        (string, string)[] headers = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t"), ("ce-subject", "s"), ("ce-ext", "x")];
        for (var i = 0; i < headers.Length; i++)
        {
            var changed = headers.ToArray();
            changed[i].Item2 = value;
            Read("x", changed).Errors.ShouldBe([$"{headers[i].Item1}: the percent-encoded bytes must be UTF-8"]);
        }
    }

    [Theory]
    [InlineData("json", "")]
    [InlineData("text/", "; a media type is a type, a slash and a subtype")]
    [InlineData("text/plain; charset=a; Charset=b", "; the parameter Charset of a media type occurs twice; once is accepted")]
    public void Refuses_a_content_type_that_is_no_media_type(string contentType, string reason) =>
        BinaryEventReader.Create(SpecVersion.V1).Read(contentType, CloudEventData.None).Errors.ShouldContain($"Content-Type: must be a media type such as application/json{reason}");

    [Fact]
    public void Names_the_missing_headers()
    {
        FindMissing([("ce-id", "1"), ("ce-type", "t")]).ShouldBe("ce-specversion: missing, an event of CloudEvents 1.0 in binary mode needs it");
        FindMissing([("CE-EventType", "t"), ("CE-Source", "/s")])
            .ShouldBe("CE-CloudEventsVersion, CE-EventID: missing, an event of CloudEvents 0.1 in binary mode needs it");
        FindMissing([("ce-x-a", "1"), ("ce-time", "t"), ("X-ce-id", "1")]).ShouldBeNull();
    }

    [Fact]
    public void Random_headers_never_throw() => TestEvents.AnyText.Array.Sample(texts =>
    {
        (string, string)[] v1 = [("ce-specversion", "1.0"), .. texts.Select((text, i) => ($"ce-{(i % 2 == 0 ? text : "time")}", text))];
        foreach (var headers in new[] { v1, [.. BinaryV01, .. texts.Select(text => ("CE-X-" + text, text)), .. texts.Select(text => ("CE-EventTime", text))] })
        {
            var result = Read("x", headers);
            result.IsValid.ShouldBe(result.Errors.Count == 0);
        }
    });

    private static readonly (string, string)[] BinaryV01 =
        [("CE-EventType", "test.event"), ("CE-CloudEventsVersion", "0.1"), ("CE-Source", "/bin"), ("CE-EventID", "bid-1")];

    private static SpecVersion? FindVersion((string Name, string Value)[] headers) => BinaryEventReader.FindVersion(headers, Find);

    private static string? FindMissing((string Name, string Value)[] headers) => BinaryEventReader.FindMissing(headers, Find);

    private static string? Find((string Name, string Value)[] headers, string name) =>
        headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();

    private static CloudEventReadResult Read(string body, params (string Name, string Value)[] headers)
    {
        var reader = BinaryEventReader.Create(FindVersion(headers).ShouldNotBeNull());
        foreach (var values in headers.GroupBy(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase))
        {
            reader.Add(values.Key, [.. values]);
        }

        var contentType = headers.FirstOrDefault(header => header.Name == "Content-Type").Value;
        MediaType.TryParse(contentType, out var type, out _).ShouldBeTrue();
        return reader.Read(contentType, CloudEventData.FromBody(type, TestEvents.Bytes(body)));
    }
}
