using System.Text;
using CsCheck;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class ResponseObjectTests
{
    private const string Plain = "text/plain; charset=utf-8";

    [Theory]
    [InlineData("{}", 200, "", null)]
    [InlineData("null", 200, "", null)]
    [InlineData("  {\"body\":\"a\"}\n", 200, "a", Plain)]
    [InlineData("""{"statusCode":201,"body":"created"}""", 201, "created", Plain)]
    [InlineData("""{"statusCode":null,"headers":null,"body":null}""", 200, "", null)]
    [InlineData("""{"statusCode":0}""", 200, "", null)]
    [InlineData("""{"statusCode":999}""", 999, "", null)]
    [InlineData("""{"statusCode":204,"body":"x"}""", 204, "", null)]
    [InlineData("""{"statusCode":304,"body":"x"}""", 304, "", null)]
    [InlineData("""{"STATUSCODE":202,"BODY":"up"}""", 202, "up", Plain)]
    [InlineData("""{"body":"a","body":"b"}""", 200, "b", Plain)]
    [InlineData("""{"b\u006fdy":"a"}""", 200, "a", Plain)]
    [InlineData("""{"statusCode":200,"body":"aGk=","isBase64Encoded":true}""", 200, "hi", Plain)]
    [InlineData("""{"isbase64encoded":true,"body":"a\u0047k="}""", 200, "hi", Plain)]
    [InlineData("""{"statusCode":200,"body":"x","isBase64Encoded":true,"foo":{"a":[1,{}]}}""", 200, "x", Plain)]
    [InlineData("""{"body":"<!DOCTYPE html><html></html>"}""", 200, "<!DOCTYPE html><html></html>", "text/html; charset=utf-8")]
    [InlineData("""{"body":" <p>hi"}""", 200, " <p>hi", "text/html; charset=utf-8")]
    [InlineData("""{"body":"<paragraph>"}""", 200, "<paragraph>", Plain)]
    [InlineData("""{"body":"<?xml version=\"1.0\"?><a/>"}""", 200, "<?xml version=\"1.0\"?><a/>", "text/xml; charset=utf-8")]
    [InlineData("""{"body":"{\"a\":1}"}""", 200, "{\"a\":1}", Plain)]
    [InlineData("""{"body":"\u0000\u0001"}""", 200, "\0\x1", "application/octet-stream")]
    [InlineData("""{"body":"\b\u001b"}""", 200, "\b\u001b", "application/octet-stream")]
    [InlineData("""{"body":"  "}""", 200, "  ", Plain)]
    [InlineData("""{"body":"h\u00e9llo \u2603 \ud83d\ude00 \f\n\r\t\/\\"}""", 200, "héllo ☃ 😀 \f\n\r\t/\\", Plain)]
    [InlineData("""{"body":"cut \ud83d"}""", 200, "cut \ufffd", Plain)]
    [InlineData("""{"body":"\ud83d\ud83d\ude00\ude00x"}""", 200, "\ufffd😀\ufffdx", Plain)]
    [InlineData("""{"headers":{"Content-Type":"application/json"},"body":"{}"}""", 200, "{}", "application/json")]
    [InlineData("""{"headers":{"content-type":""},"body":"x"}""", 200, "x", "")]
    public void Reads_a_response(string answer, int status, string body, string? contentType)
    {
        var response = Parse(Encoding.UTF8.GetBytes(answer)).ShouldNotBeNull();

        response.StatusCode.ShouldBe(status);
        Encoding.UTF8.GetString(response.Body.Span).ShouldBe(body);
        response.Headers.FirstOrDefault(header => header.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Value
            .ShouldBe(contentType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("null null")]
    [InlineData("\ufeff{\"body\":\"a\"}")]
    [InlineData("{\"body\":\"a\"} x")]
    [InlineData("{\"body\":\"a\"")]
    [InlineData("""{"statusCode":"200"}""")]
    [InlineData("""{"statusCode":200.5}""")]
    [InlineData("""{"statusCode":200.0}""")]
    [InlineData("""{"statusCode":-1}""")]
    [InlineData("""{"statusCode":99}""")]
    [InlineData("""{"statusCode":101}""")]
    [InlineData("""{"statusCode":1000}""")]
    [InlineData("""{"statusCode":99999999999}""")]
    [InlineData("""{"body":{"a":1}}""")]
    [InlineData("""{"body":1}""")]
    [InlineData("""{"headers":[]}""")]
    [InlineData("""{"headers":{"x":1}}""")]
    public void Refuses_what_is_no_response(string answer) => Parse(Encoding.UTF8.GetBytes(answer)).ShouldBeNull();

    [Fact]
    public void Replaces_bytes_that_are_no_text() =>
        Encoding.UTF8.GetString(Parse([.. "{\"body\":\""u8, 0xff, .. "\"}"u8])!.Body.Span).ShouldBe("\ufffd");

    [Theory]
    [InlineData("""{"x-custom":"v","X-UPPER":"u"}""", "x-custom: v|X-UPPER: u")]
    [InlineData("""{"x-null":null,"x-empty":""}""", "x-null: |x-empty: ")]
    [InlineData("""{"x-nl":"a\r\nset-cookie: b","x-c":"\u0000a\u007f\tb"}""", "x-nl: a  set-cookie: b|x-c:  a \tb")]
    [InlineData("""{"bad name":"a","":"b","x\r\ny":"c","x:y":"d","é":"e","x-good":"g"}""", "x-good: g")]
    [InlineData("""{"content-length":"3","Transfer-Encoding":"chunked","CONNECTION":"close","keep-alive":"1","upgrade":"h2c","te":"x","trailer":"y"}""", "")]
    [InlineData("""{"Connection":"x-secret","x-secret":"1","x-open":"2"}""", "x-open: 2")]
    [InlineData("""{"x-secret":"1","CONNECTION":" close, X-Secret ,,x-open","connection":null,"X-Other":"2"}""", "X-Other: 2")]
    [InlineData("""{"connection":"a","connection":"b","a":"1","b":"2","c":"3"}""", "c: 3")]
    [InlineData("""{"x-a":"1","X-A":"2"}""", "x-a: 2")]
    [InlineData("""{"x-u":" \u00e9 "}""", "x-u: é")]
    [InlineData("""{"Set-Cookie":"a=b","Vary":"Accept"}""", "Set-Cookie: a=b|Vary: Accept")]
    public void Lets_no_header_break_out(string headers, string expected)
    {
        var response = Parse(Encoding.UTF8.GetBytes($$"""{"headers":{{headers}}}"""));

        string.Join('|', response!.Headers.Select(header => $"{header.Key}: {header.Value}")).ShouldBe(expected);
    }

    [Fact]
    public void Names_the_type_of_the_body_where_the_type_belonged_to_the_connection() =>
        Parse("""{"headers":{"connection":"content-type","content-type":"x/y"},"body":"a"}"""u8.ToArray())!.Headers
            .ShouldBe([new("content-type", Plain)]);

    [Theory]
    [InlineData("""{"\ud83d":1,"statusCode":201}""")]
    [InlineData("""{"statusCode":201,"bod\ud83d":""}""")]
    public void Reads_a_response_with_a_name_that_ends_in_the_middle_of_a_character(string answer) =>
        Parse(Encoding.UTF8.GetBytes(answer))!.StatusCode.ShouldBe(201);

    [Fact]
    public void Never_throws_and_never_lets_control_characters_through()
    {
        string[] fragments =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud83d", "null", "1", "-", "200", "\"statusCode\"", "\"headers\":{", "\"body\"",
            "\"x\\n\"", "\"a\"", " ", "\u00e9", "\0", "true",
        ];
        var fragment = Gen.Int[0, fragments.Length - 1].Select(i => fragments[i]);
        var text = fragment.Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        var bytes = Gen.Byte.Array[0, 60];

        Gen.OneOf(text, bytes, Gen.Select(text, bytes, (head, tail) => (byte[])[.. head, .. tail])).Sample(answer =>
        {
            var response = Parse(answer);
            return response is null
                || (response.StatusCode is >= 200 and <= 999
                    && response.Headers.All(header => !header.Value.Any(char.IsControl) && !header.Key.Any(char.IsControl)));
        }, iter: 20_000);
    }

    [Fact]
    public void Reads_back_any_headers_and_body()
    {
        Gen.Select(Gen.String, Gen.Int[200, 999]).Sample((body, status) =>
        {
            var answer = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { statusCode = status, body });
            var response = Parse(answer)!;
            var expected = status is 204 or 205 or 304 ? string.Empty : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(body));
            return response.StatusCode == status && Encoding.UTF8.GetString(response.Body.Span) == expected;
        });
    }

    private static ResponseObject? Parse(byte[] answer) => ResponseObjectReader.Read(answer, new PooledBuffer());
}
