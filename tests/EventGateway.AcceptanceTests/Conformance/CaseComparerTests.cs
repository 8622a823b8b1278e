using System.Text;
using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

public sealed class CaseComparerTests
{
    private static readonly RecordedCall Call = new()
    {
        Method = "POST",
        Path = "/f",
        Headers = Headers("""{"content-type":"application/cloudevents+json"}"""),
        Body = JsonElement.Parse("""{"data":1}"""),
    };

    [Fact]
    public void Ignores_media_type_parameters_and_unlisted_headers() =>
        Compare(
            Case(200, """{"content-type":"text/plain; charset=utf-8"}""", "ok"),
            Response(200, "ok", new("Content-Type", "TEXT/PLAIN"), new("Date", "today"))).ShouldBeEmpty();

    [Fact]
    public void Names_the_status_the_headers_and_the_body_that_differ() =>
        Compare(
            Case(202, """{"content-type":"text/plain"}""", "ok"),
            Response(200, "no", new HttpField("Vary", "Origin"))).ShouldBe(["status", "content-type", "vary", "body"]);

    [Fact]
    public void Ignores_the_order_of_lists_in_headers() =>
        Compare(
            Case(200, """{"vary":["Origin","Accept"],"access-control-allow-methods":"GET, PUT"}""", ""),
            Response(200, "", new("Vary", "accept, origin"), new("Access-Control-Allow-Methods", "PUT,GET"))).ShouldBeEmpty();

    [Fact]
    public void Ignores_the_body_of_a_405() =>
        Compare(Case(405, """{"content-type":"text/plain"}""", "no"), Response(405, "{}", new HttpField("Allow", "GET"))).ShouldBeEmpty();

    [Fact]
    public void A_405_names_the_accepted_methods() =>
        Compare(Case(405, """{"content-type":"text/plain"}""", "no"), Response(405, "{}")).ShouldBe(["allow"]);

    [Fact]
    public void Ignores_the_redirect_of_a_trailing_slash() =>
        Compare(Case(301, """{"location":"/a"}""", "moved"), Response(404, "{}")).ShouldBeEmpty();

    [Fact]
    public void Compares_other_redirects() =>
        Compare(Case(301, """{"location":"/b"}""", "moved"), Response(404, "")).ShouldBe(["status", "location", "body"]);

    [Fact]
    public void Ignores_the_order_of_calls() =>
        CallComparer.Compare([Call, Call with { Path = "/g" }], [Received("/g", """{"data":1}"""), Received("/f", """{"data":1}""")]).ShouldBeEmpty();

    [Fact]
    public void Names_missing_duplicate_and_different_calls() =>
        CallComparer.Compare(
            [Call, Call with { Path = "/g" }, Call with { Path = "/h" }],
            [Received("/f", """{"data":1}"""), Received("/f", """{"data":1}"""), Received("/h", """{"data":2}""")])
            .Select(d => d.ToString()).ShouldBe(
                [
                    "deliveries.missing: recorded POST /g, received /g",
                    "deliveries.data: recorded 1, received 2",
                    "deliveries.extra: recorded nothing, received /f",
                ]);

    private static string[] Compare(RecordedCase recorded, RawResponse response) =>
        [.. CaseComparer.Compare(recorded, response, []).Select(d => d.Where)];

    private static RecordedCase Case(int status, string headers, string body) => new()
    {
        Name = "case",
        Api = "config",
        Request = new RecordedRequest { Method = "GET", Path = "/a/", Headers = Headers("{}") },
        Response = new RecordedResponse { Status = status, Headers = Headers(headers), Body = JsonSerializer.SerializeToElement(body) },
        Delivered = [],
    };

    private static Dictionary<string, JsonElement> Headers(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    private static RawResponse Response(int status, string body, params HttpField[] headers) =>
        new(status, headers, Encoding.UTF8.GetBytes(body));

    private static FunctionCall Received(string path, string body) =>
        new("POST", path, [new HttpField("Content-Type", "application/cloudevents+json")], Encoding.UTF8.GetBytes(body));
}
