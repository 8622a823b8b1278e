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
    public void Reads_a_response_as_in_0_9(string answer, int status, string body, string? contentType)
    {
        ShouldBe(Parse(answer, ResponseForms.Strict), status, body, contentType);

        if (answer.Contains("tatus", StringComparison.OrdinalIgnoreCase))
        {
            ShouldBe(Parse(answer), status, body, contentType);
            ShouldBe(Parse(answer, ResponseForms.WithStatusCode), status, body, contentType);
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("\"0\"")]
    public void Refuses_the_status_0_except_as_0_9_did(string status)
    {
        var answer = $$"""{"statusCode":{{status}},"body":"x"}""";
        Problem(answer, ResponseForms.AnyJson).ShouldBe("statusCode must be a whole number from 200 to 999");
        Problem(answer, ResponseForms.WithStatusCode).ShouldBe("statusCode must be a whole number from 200 to 999");
    }

    [Fact]
    public void Reads_the_status_0_as_0_9_did() => Parse("""{"statusCode":0}""", ResponseForms.Strict).StatusCode.ShouldBe(200);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData(" 1\n")]
    [InlineData("true")]
    [InlineData("""{"message":"hi","n":12345678901234567890.10}""")]
    [InlineData("""{"body":"a","headers":{"x":"y"}}""")]
    [InlineData("""{"headers":[],"body":1,"isBase64Encoded":"no","cookies":{}}""")]
    [InlineData("""[{"statusCode":201}]""")]
    [InlineData("""{"data":{"statusCode":201}}""")]
    public void Takes_JSON_without_statusCode_as_the_body(string answer)
    {
        ShouldBe(Parse(answer), 200, answer, "application/json");
        Problem(answer, ResponseForms.WithStatusCode).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("""{"statusCode":"200"}""", 200)]
    [InlineData("""{"statusCode":"0404"}""", 404)]
    [InlineData("""{"statusCode":200.0}""", 200)]
    [InlineData("""{"statusCode":2e2}""", 200)]
    [InlineData("""{"statusCode":20.40E1}""", 204)]
    [InlineData("""{"statusCode":null,"body":""}""", 200)]
    [InlineData("""{"statusCode":201,"statusCode":202}""", 202)]
    public void Reads_a_status_that_can_mean_only_one_thing(string answer, int status) => Parse(answer).StatusCode.ShouldBe(status);

    [Theory]
    [InlineData("""{"a": [1, "\u00e9"]}""")]
    [InlineData("[1,2]")]
    [InlineData("1.50")]
    [InlineData("false")]
    public void Sends_a_body_that_is_JSON_as_it_is(string body)
    {
        ShouldBe(Parse("""{"statusCode":201,"body":""" + body + """ , "isBase64Encoded":true}"""), 201, body, "application/json");
        ShouldBe(Parse("""{"body":""" + body + ""","statusCode":201,"headers":{"Content-Type":"x/y"}}"""), 201, body, "x/y");
        ShouldBe(Parse("""{"statusCode":201,"body":""" + body + ""","body":"text"}"""), 201, "text", Plain);
        ShouldBe(Parse("""{"statusCode":204,"body":""" + body + "}"), 204, "", null);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("""{"statusCode":"200"}""")]
    [InlineData("""{"statusCode":200.0}""")]
    [InlineData("""{"body":{"a":1}}""")]
    [InlineData("""{"body":1}""")]
    [InlineData("""{"headers":[]}""")]
    [InlineData("""{"headers":{"x":1}}""")]
    [InlineData("""{"headers":{"x":["1"]}}""")]
    public void Refuses_what_0_9_refused(string answer) => Problem(answer, ResponseForms.Strict).ShouldNotBeNull();

    [Fact]
    public void Says_that_0_9_accepted_only_numbers() =>
        Problem("""{"statusCode":"200"}""", ResponseForms.Strict).ShouldBe("statusCode must be a number, as in 0.9");

    [Fact]
    public void Knows_only_the_fields_of_0_9() =>
        Lines(Parse("""{"headers":{"a":"1"},"multiValueHeaders":{"a":["2"],"b":[{}]},"cookies":[[]]}""", ResponseForms.Strict)).ShouldBe("a: 1");

    [Theory]
    [InlineData("", "the answer is empty")]
    [InlineData("hello", "the answer is not JSON")]
    [InlineData("null null", "the answer is not JSON")]
    [InlineData("\ufeff{\"statusCode\":200}", "the answer is not JSON")]
    [InlineData("{\"statusCode\":200} x", "the answer is not JSON")]
    [InlineData("{\"statusCode\":200", "the answer is not JSON")]
    [InlineData("[1", "the answer is not JSON")]
    [InlineData("""{"statusCode":200.5}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":-1}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":99}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":101}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":1000}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":99999999999}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":1e400}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":"OK"}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":" 200"}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":""}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":true}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"statusCode":[200]}""", "statusCode must be a whole number from 200 to 999")]
    [InlineData("""{"body":"x","headers":[],"statusCode":200}""", "headers must be an object")]
    [InlineData("""{"statusCode":200,"headers":{"x":{"y":1}}}""", "headers.x must be a string, a number, a boolean or a list of these")]
    [InlineData("""{"statusCode":200,"headers":{"x":["a",["b"]],"y":{}}}""", "headers.x must be a string, a number, a boolean or a list of these")]
    [InlineData("""{"statusCode":200,"headers":{"bad name":{}}}""", "a value in headers must be a string, a number, a boolean or a list of these")]
    [InlineData("""{"statusCode":200,"headers":{"Content-Type":["a/b","c/d"]}}""", "headers.Content-Type can have only one value")]
    [InlineData("""{"statusCode":200,"multiValueHeaders":{"location":["/a","/b"]}}""", "multiValueHeaders.location can have only one value")]
    [InlineData("""{"statusCode":200,"multiValueHeaders":"x"}""", "multiValueHeaders must be an object")]
    [InlineData("""{"statusCode":200,"cookies":{"a":"b"}}""", "cookies must be a list of strings")]
    [InlineData("""{"statusCode":200,"cookies":["a",{}]}""", "cookies must be a list of strings")]
    [InlineData("""{"statusCode":200,"isBase64Encoded":"true"}""", "isBase64Encoded must be true or false")]
    [InlineData("""{"isBase64Encoded":[{}],"headers":{"x":[]},"statusCode":1}""", "isBase64Encoded must be true or false")]
    public void Names_what_is_wrong(string answer, string problem) => Problem(answer, ResponseForms.AnyJson).ShouldBe(problem);

    [Fact]
    public void Refuses_bytes_that_are_no_text_and_replaces_them_as_in_0_9()
    {
        byte[] answer = [.. "{\"statusCode\":200,\"body\":\""u8, 0xff, .. "\"}"u8];

        Parse(answer).Problem.ShouldBe("the answer is not valid UTF-8");
        Parse(answer, ResponseForms.WithStatusCode).Problem.ShouldBe("the answer is not valid UTF-8");
        Encoding.UTF8.GetString(Parse(answer, ResponseForms.Strict).Response!.Body.Span).ShouldBe("\ufffd");
    }

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
        Lines(Parse("""{"headers":""" + headers + "}", ResponseForms.Strict)).ShouldBe(expected);
        Lines(Parse("""{"statusCode":200,"headers":""" + headers + "}")).ShouldBe(expected);
        Lines(Parse("""{"statusCode":200,"multiValueHeaders":""" + headers + "}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(""" "headers":{"x-n":1.50,"x-t":true,"x-f":false,"x-l":["a",2,null,false],"x-e":[]} """, "x-n: 1.50|x-t: true|x-f: false|x-l: a|x-l: 2|x-l: |x-l: false")]
    [InlineData(""" "headers":{"Set-Cookie":["a=1; Path=/","b=2, c"]} """, "Set-Cookie: a=1; Path=/|Set-Cookie: b=2, c")]
    [InlineData(""" "headers":{"x":["a\r\nb: c"],"content-length":[1],"bad name":["x"],"Connection":["x-a","x-b"],"x-a":1,"X-B":[2]} """, "x: a  b: c")]
    [InlineData(""" "multiValueHeaders":{"X":["1","2"],"y":"3","z":4} """, "X: 1|X: 2|y: 3|z: 4")]
    [InlineData(""" "headers":{"x":"0","Y":"1"},"multiValueHeaders":{"X":["1","2"],"y":["1"]} """, "x: 0|x: 1|x: 2|Y: 1")]
    [InlineData(""" "multiValueHeaders":{"X":["1","2","2"]},"headers":{"x":["2","3"]} """, "x: 3|x: 1|x: 2|x: 2")]
    [InlineData(""" "headers":{"Content-Type":"a/b","Location":"/a"},"multiValueHeaders":{"content-type":["c/d"],"location":["/b"]} """, "Content-Type: c/d|Location: /b")]
    [InlineData(""" "cookies":["a=1","b=2\r\nx: y"] """, "Set-Cookie: a=1|Set-Cookie: b=2  x: y")]
    [InlineData(""" "cookies":["c=3"],"multiValueHeaders":{"SET-COOKIE":["b=2"]},"headers":{"set-cookie":"a=1"} """, "set-cookie: a=1|set-cookie: b=2|set-cookie: c=3")]
    [InlineData(""" "cookies":[],"headers":null,"multiValueHeaders":null """, "")]
    [InlineData(""" "cookies":null,"COOKIES":"a=1" """, "Set-Cookie: a=1")]
    public void Reads_every_form_of_headers(string members, string expected) =>
        Lines(Parse("""{"statusCode":200,""" + members + "}")).ShouldBe(expected);

    [Fact]
    public void Names_the_type_of_the_body_where_the_type_belonged_to_the_connection() =>
        Lines(Parse("""{"statusCode":200,"headers":{"connection":"content-type","content-type":"x/y"},"body":"a"}""")).ShouldBe($"content-type: {Plain}");

    [Theory]
    [InlineData("""{"\ud83d":1,"statusCode":201}""")]
    [InlineData("""{"statusCode":201,"bod\ud83d":""}""")]
    public void Reads_a_response_with_a_name_that_ends_in_the_middle_of_a_character(string answer) =>
        Parse(answer).StatusCode.ShouldBe(201);

    [Fact]
    public void Never_throws_and_never_lets_control_characters_through()
    {
        string[] fragments =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud83d", "null", "1", "-", "200", "\"statusCode\"", "\"statusCode\":200,", "\"headers\":{", "\"multiValueHeaders\":{", "\"cookies\":[", "\"body\"",
            "\"x\\n\"", "\"a\"", " ", "\u00e9", "\0", "true",
        ];
        var fragment = Gen.Int[0, fragments.Length - 1].Select(i => fragments[i]);
        var text = fragment.Array[0, 30].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        var bytes = Gen.Byte.Array[0, 60];

        Gen.OneOf(text, bytes, Gen.Select(text, bytes, (head, tail) => (byte[])[.. head, .. tail])).Sample(answer =>
        {
            foreach (var forms in Enum.GetValues<ResponseForms>())
            {
                var result = Parse(answer, forms);
                (result.Response is null).ShouldBe(result.Problem is not null);
                if (result.Response is { } response)
                {
                    response.StatusCode.ShouldBeInRange(200, 999);
                    response.Headers.ShouldAllBe(static header => !header.Key.Any(char.IsControl) && header.Value.All(static value => !value!.Any(char.IsControl)));
                }
            }
        }, iter: 20_000);
    }

    [Fact]
    public void Reads_back_any_headers_and_body()
    {
        Gen.Select(Gen.String, Gen.Int[200, 999]).Sample((body, status) =>
        {
            var answer = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { statusCode = status, body });
            var response = Parse(answer).Response!;
            var expected = status is 204 or 205 or 304 ? string.Empty : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(body));
            return response.StatusCode == status && Encoding.UTF8.GetString(response.Body.Span) == expected;
        });
    }

    private static ResponseReadResult Parse(byte[] answer, ResponseForms forms = ResponseForms.AnyJson) => ResponseObjectReader.Read(answer, new PooledBuffer(), forms);

    private static ResponseObject Parse(string answer, ResponseForms forms = ResponseForms.AnyJson)
    {
        var result = Parse(Encoding.UTF8.GetBytes(answer), forms);
        result.Problem.ShouldBeNull();
        return result.Response.ShouldNotBeNull();
    }

    private static string? Problem(string answer, ResponseForms forms) => Parse(Encoding.UTF8.GetBytes(answer), forms).Problem;

    private static string Lines(ResponseObject response) =>
        string.Join('|', response.Headers.SelectMany(static header => header.Value, static (header, value) => $"{header.Key}: {value}"));

    private static void ShouldBe(ResponseObject response, int status, string body, string? contentType)
    {
        response.StatusCode.ShouldBe(status);
        Encoding.UTF8.GetString(response.Body.Span).ShouldBe(body);
        response.Headers.Where(static header => header.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value.ToString())
            .SingleOrDefault().ShouldBe(contentType);
    }
}
