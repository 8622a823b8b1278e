using System.Text.Json;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Events;
using EventGateway.Tests.CloudEvents;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public class HttpRequestEventsTests
{
    [Fact]
    public void Tells_everything_about_the_request() =>
        Data(
            TestRequests.Of("PUT", "/users/a%20b?q=1&q=2&empty=&flag", ("x-lower-CASE", "v"), ("X-Empty", ""), ("X-Multi", "a"), ("X-Multi", "b"), ("Content-Length", "0"), ("Transfer-Encoding", "chunked")),
            "",
            new PathParameter("id", "a b")).ShouldBe(
            """{"path":"/users/a b","rawPath":"/users/a%20b","method":"PUT","host":"gateway.local","headers":{"X-Lower-Case":"v","X-Empty":"","X-Multi":"a, b","Content-Length":"0"},"query":{"q":["1","2"],"empty":[""],"flag":[""]},"rawQuery":"q=1&q=2&empty=&flag","params":{"id":"a b"},"body":""}""");

    [Theory]
    [InlineData("application/json", " {\"a\":1.50,\"n\":12345678901234567890,\"u\":\"\\u2028\"}\n", "{\"a\":1.50,\"n\":12345678901234567890,\"u\":\"\\u2028\"}", "{\"a\":1.50,\"n\":12345678901234567890,\"u\":\"\\u2028\"}")]
    [InlineData("application/json; charset=utf-8", "[1]", "[1]", "[1]")]
    [InlineData("Application/JSON", "\"x\"", "\"x\"", "\"x\"")]
    [InlineData("application/vnd.api+json", "null", "null", "null")]
    [InlineData("application/json", "{\"a\":", "\"eyJhIjo=\",\"isBase64Encoded\":true", "\"eyJhIjo=\"")]
    [InlineData("application/json", "\ufeff1", "\"77u/MQ==\",\"isBase64Encoded\":true", "\"77u/MQ==\"")]
    [InlineData("application/json", "", "\"\"", "\"\"")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "a=1&b=\"", "\"a=1&b=\\\"\"", "\"a=1&b=\\\"\"")]
    [InlineData("multipart/form-data; boundary=XX", "--XX\r\n", "\"--XX\\r\\n\"", "\"--XX\\r\\n\"")]
    [InlineData("text/plain", "hello", "\"hello\"", "\"aGVsbG8=\"")]
    [InlineData("application/xml", "<a/>", "\"<a/>\"", "\"PGEvPg==\"")]
    [InlineData("application/octet-stream", "x", "\"eA==\",\"isBase64Encoded\":true", "\"eA==\"")]
    [InlineData("json", "x", "\"eA==\",\"isBase64Encoded\":true", "\"eA==\"")]
    [InlineData("", "hello", "\"hello\"", "\"aGVsbG8=\"")]
    [InlineData(";", "x", "\"x\"", "\"eA==\"")]
    public void Writes_the_body_by_its_type(string contentType, string body, string expected, string compatible)
    {
        Data(TestRequests.Of(headers: ("Content-Type", contentType)), body).ShouldEndWith($"\"body\":{expected}}}");
        Data(TestRequests.Of(headers: ("Content-Type", contentType)), TestEvents.Bytes(body), TestRequests.Compatible).ShouldEndWith($"\"body\":{compatible}}}");
    }

    [Fact]
    public void Writes_text_that_is_not_utf8_as_base64() =>
        Data(TestRequests.Of(headers: ("Content-Type", "text/plain")), [0xff, 0x00], new GatewayDefaults()).ShouldEndWith("\"body\":\"/wA=\",\"isBase64Encoded\":true}");

    [Theory]
    [InlineData(256, "[")]
    [InlineData(257, "\"")]
    public void Writes_JSON_that_is_too_deep_as_base64(int depth, string begin) =>
        Data(TestRequests.Of(headers: ("Content-Type", "application/json")), new string('[', depth) + new string(']', depth)).ShouldContain($"\"body\":{begin}");

    [Fact]
    public void Reads_headers_as_UTF_8_and_otherwise_as_Latin_1() =>
        Data(TestRequests.Of(headers: [("X-Utf8", "Ren\u00c3\u00a9"), ("X-Latin1", "Ren\u00e9"), ("X-Both", "Ren\u00c3\u00a9"), ("X-Both", "Ren\u00e9")]), "")
            .ShouldContain("\"headers\":{\"X-Utf8\":\"Ren\u00e9\",\"X-Latin1\":\"Ren\u00e9\",\"X-Both\":\"Ren\u00e9, Ren\u00e9\"}");

    [Theory]
    [InlineData("/m", "{}", "{}", null)]
    [InlineData("/m?", "{}", "{}", "")]
    [InlineData("/m?&&", "{}", "{}", "&&")]
    [InlineData("/m?a=1;b=2&c=3", """{"a":["1;b=2"],"c":["3"]}""", """{"c":["3"]}""", "a=1;b=2&c=3")]
    [InlineData("/m?a=%23x+y&%61=2&a", """{"a":["#x y","2",""]}""", """{"a":["#x y","2",""]}""", "a=%23x+y&%61=2&a")]
    [InlineData("/m?&&q=100%&b&%=%zz", """{"q":["100%"],"b":[""],"%":["%zz"]}""", """{"b":[""]}""", "&&q=100%&b&%=%zz")]
    [InlineData("/m?=v&=&a=%e9", """{"":["v",""],"a":["%E9"]}""", """{"":["v",""],"a":["\ufffd"]}""", "=v&=&a=%e9")]
    [InlineData("/m?a?b=c=d?", """{"a?b":["c=d?"]}""", """{"a?b":["c=d?"]}""", "a?b=c=d?")]
    [InlineData("http://host?q=%C3%A9", """{"q":["é"]}""", """{"q":["é"]}""", "q=%C3%A9")]
    public void Lists_the_query_by_name_and_shows_it_as_it_was_sent(string target, string expected, string compatible, string? raw)
    {
        using var data = JsonDocument.Parse(Data(TestRequests.Of("GET", target), ""));
        using var compatibleData = JsonDocument.Parse(Data(TestRequests.Of("GET", target), [], TestRequests.Compatible));

        data.RootElement.GetProperty("query").GetRawText().ShouldBe(expected);
        (data.RootElement.TryGetProperty("rawQuery", out var shown) ? shown.GetString() : null).ShouldBe(raw);
        compatibleData.RootElement.GetProperty("query").GetRawText().ShouldBe(compatible.Replace("\\ufffd", "\ufffd", StringComparison.Ordinal));
        compatibleData.RootElement.TryGetProperty("rawQuery", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/users/a%2Fb?x", "/users/a/b", "/users/a%2Fb")]
    [InlineData("/users/%C3%A9", "/users/é", "/users/%C3%A9")]
    [InlineData("/caf%e9/%C3%A9", "/caf%E9/é", "/caf%e9/%C3%A9")]
    [InlineData("/a+b", "/a+b", "/a+b")]
    [InlineData("http://host:1/p/q?x", "/p/q", "/p/q")]
    [InlineData("http://host", "/", "/")]
    [InlineData("/./m//", "/./m//", "/./m//")]
    public void Decodes_the_path_and_shows_it_as_it_was_sent(string target, string expected, string raw)
    {
        using var data = JsonDocument.Parse(Data(TestRequests.Of("GET", target), ""));
        using var compatible = JsonDocument.Parse(Data(TestRequests.Of("GET", target), [], TestRequests.Compatible));

        data.RootElement.GetProperty("path").GetString().ShouldBe(expected);
        data.RootElement.GetProperty("rawPath").GetString().ShouldBe(raw);
        compatible.RootElement.GetProperty("path").GetString().ShouldBe(expected.Replace("%E9", "\ufffd", StringComparison.Ordinal));
        compatible.RootElement.TryGetProperty("rawPath", out _).ShouldBeFalse();
    }

    [Fact]
    public void Joins_the_crumbs_of_a_cookie()
    {
        var request = TestRequests.Of(headers: [("cookie", "a=1"), ("cookie", "b=2; c=3"), ("accept", "x"), ("accept", "y")]);

        Data(request, "").ShouldContain("""{"Cookie":"a=1; b=2; c=3","Accept":"x, y"}""");
        Data(request, [], TestRequests.Compatible).ShouldContain("""{"Cookie":"a=1, b=2; c=3","Accept":"x, y"}""");
    }

    [Fact]
    public void Hides_the_credentials_of_an_unmatched_request_in_every_form()
    {
        var request = TestRequests.Of("GET", "/m?%74oken=hu%73h&page=1&a=2;sig=hush&b=%3Bkey%3Dhush&c;code=hush&token", ("Cookie", "s=hush"));
        using var written = new HttpRequestEvents(new GatewayDefaults(), TestRequests.Clock).Create(request, default, [], isMatched: false);

        var data = TestEvents.Text(written.Event.Data.Bytes);

        data.ShouldNotContain("hush");
        data.ShouldNotContain("hu%73h");
        data.ShouldContain(""" "query":{"token":["*****","*****"],"page":["1"],"a":["*****"],"b":["*****"],"c;code":["*****"]},"rawQuery":"%74oken=*****&page=1&a=*****&b=*****&c;code=*****&token", """.Trim());
    }

    [Fact]
    public void Names_the_gateway_as_the_source()
    {
        using var written = new HttpRequestEvents(new GatewayDefaults(), TestRequests.Clock).Create(TestRequests.Of(), default, []);
        var cloudEvent = written.Event;
        cloudEvent.Type.ShouldBe("http.request");
        cloudEvent.Source.ShouldBe("/event-gateway");
        cloudEvent.DataContentType.ShouldBe("application/json");
        cloudEvent.Time.ShouldBe("2026-01-31T12:30:00.2500000Z");
        using var output = new PooledBuffer();
        CloudEventReader.ReadStructured(CloudEventWriter.Write(cloudEvent, CloudEventFormat.V1Structured, output).Body.ToArray()).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CloudEventFormat.V1Structured, "")]
    [InlineData(CloudEventFormat.V01Structured, "")]
    [InlineData(CloudEventFormat.V1Structured, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    public void Writes_the_payload_as_the_writer_does(CloudEventFormat format, string trace)
    {
        var body = TestEvents.Bytes($$"""{"a":"{{new string('é', 10_000)}}"}""");
        var request = TestRequests.Of(headers: [("Content-Type", "application/json"), ("traceparent", trace)]);
        using var written = new HttpRequestEvents(new GatewayDefaults { CloudEventFormat = format }, TestRequests.Clock).Create(request, body, []);
        using var output = new PooledBuffer();
        var expected = CloudEventWriter.Write(written.Event, format, output);

        var payload = written.Payload;

        (TestEvents.Text(payload.Body), payload.ContentType).ShouldBe((TestEvents.Text(expected.Body), expected.ContentType));
        (payload.Headers ?? []).ShouldBe(expected.Headers ?? []);
        (payload.Headers is null).ShouldBe(trace.Length == 0);
        written.Fits(written.Event, format).ShouldBeTrue();
        written.Fits(written.Event, CloudEventFormat.V1Binary).ShouldBeFalse();
        written.Fits(written.Event with { Subject = "s" }, format).ShouldBeFalse();
    }

    [Fact]
    public void Writes_any_header_value_as_JSON() =>
        JsonDocument.Parse(Data(TestRequests.Of(headers: ("X-Html", "<script>&\"\\é\ud800")), "")).RootElement
            .GetProperty("headers").GetProperty("X-Html").GetString().ShouldBe("<script>&\"\\é\ufffd");

    private static string Data(HttpRequest request, string body, params PathParameter[] parameters) =>
        Data(request, TestEvents.Bytes(body), new GatewayDefaults(), parameters);

    private static string Data(HttpRequest request, byte[] body, GatewayDefaults defaults, params PathParameter[] parameters)
    {
        using var written = new HttpRequestEvents(defaults, TestRequests.Clock).Create(request, body, parameters);
        var cloudEvent = written.Event;
        cloudEvent.Data.Kind.ShouldBe(CloudEventDataKind.Json);
        JsonText.IsValid(cloudEvent.Data.Bytes.Span).ShouldBeTrue();
        return TestEvents.Text(cloudEvent.Data.Bytes);
    }
}
