using System.Text.Json;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Events;
using EventGateway.Tests.CloudEvents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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
            """{"path":"/users/a b","method":"PUT","host":"gateway.local","headers":{"X-Lower-Case":"v","X-Empty":"","X-Multi":"a, b","Content-Length":"0"},"query":{"q":["1","2"],"empty":[""],"flag":[""]},"params":{"id":"a b"},"body":""}""");

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

    [Fact]
    public void Reads_headers_as_UTF_8_and_otherwise_as_Latin_1() =>
        Data(TestRequests.Of(headers: [("X-Utf8", "Ren\u00c3\u00a9"), ("X-Latin1", "Ren\u00e9"), ("X-Both", "Ren\u00c3\u00a9"), ("X-Both", "Ren\u00e9")]), "")
            .ShouldContain("\"headers\":{\"X-Utf8\":\"Ren\u00e9\",\"X-Latin1\":\"Ren\u00e9\",\"X-Both\":\"Ren\u00e9, Ren\u00e9\"}");

    [Theory]
    [InlineData("/m?a=1;b=2&c=3", """{"c":["3"]}""")]
    [InlineData("/m?a=%23x+y&%61=2", """{"a":["#x y","2"]}""")]
    [InlineData("/m?", "{}")]
    [InlineData("/m", "{}")]
    [InlineData("/m?&&a=%zz&b", """{"b":[""]}""")]
    [InlineData("/m?=v&a=%ff", """{"":["v"],"a":["\ufffd"]}""")]
    public void Lists_the_query_by_name(string target, string expected) =>
        JsonDocument.Parse(Data(TestRequests.Of("GET", target), "")).RootElement.GetProperty("query").GetRawText().ShouldBe(expected.Replace("\\ufffd", "\ufffd", StringComparison.Ordinal));

    [Theory]
    [InlineData("/users/a%2Fb?x", "/users/a/b")]
    [InlineData("/users/%C3%A9", "/users/é")]
    [InlineData("/a+b", "/a+b")]
    [InlineData("http://host:1/p/q?x", "/p/q")]
    [InlineData("http://host", "/")]
    [InlineData("/./m//", "/./m//")]
    public void Decodes_the_path(string target, string expected)
    {
        var request = TestRequests.Of("GET", "/x");
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        JsonDocument.Parse(Data(request, "")).RootElement.GetProperty("path").GetString().ShouldBe(expected);
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

        var payload = written.Find(written.Event, format).ShouldNotBeNull();

        (TestEvents.Text(payload.Body), payload.ContentType).ShouldBe((TestEvents.Text(expected.Body), expected.ContentType));
        (payload.Headers ?? []).ShouldBe(expected.Headers ?? []);
        (payload.Headers is null).ShouldBe(trace.Length == 0);
        written.Find(written.Event, CloudEventFormat.V1Binary).ShouldBeNull();
        written.Find(written.Event with { Subject = "s" }, format).ShouldBeNull();
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
