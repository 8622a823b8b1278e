using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A client's mistake is answered with 4xx and is not logged.</summary>
public sealed class ClientMistakeTests(WireGateway wire) : IClassFixture<WireGateway>
{
    private static readonly string[] Paths = ["/e/a", "/r/a", "/unknown", "/stream", "/v1/spaces/default/functions"];

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("7FFFFFFFFFFFFFFFFF\r\nabc")]
    [InlineData("zz\r\nabc\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("2\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("1;\n\na")]
    public async Task Refuses_a_malformed_chunk(string chunks)
    {
        foreach (var path in Paths)
        {
            var request = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}";

            var response = await ClientOf(path).SendAsync(Encoding.ASCII.GetBytes(request));

            response.Status.ShouldBe(400, path);
            response.Errors.ShouldNotBeEmpty(path);
        }

        ShouldLogNothing();
    }

    [Theory]
    [InlineData("10", "short")]
    [InlineData("3", "too long")]
    public async Task Refuses_a_body_with_a_wrong_length_over_HTTP_2(string length, string body)
    {
        foreach (var path in Paths)
        {
            var answer = await wire.SendHttp2Async("POST", path, [new("content-length", length)], Encoding.ASCII.GetBytes(body), path.StartsWith("/v1", StringComparison.Ordinal));

            // The server resets the stream, but may have sent an answer before.
            answer.Status.ShouldBeOneOf(0, 400, 404);
        }

        ShouldLogNothing();
    }

    [Fact]
    public async Task Logs_nothing_when_a_client_disconnects_in_the_middle_of_a_body()
    {
        foreach (var path in Paths)
        {
            var request = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc";
            await using var connection = await ClientOf(path).ConnectAsync(Test);
            await connection.WriteAsync(Encoding.ASCII.GetBytes(request), Test);
        }

        (await wire.Gateway.Config.GetAsync("/v1/status")).Status.ShouldBe(200);
        ShouldLogNothing();
    }

    [Theory]
    [InlineData("GET", "http://[/v1/spaces")]
    [InlineData("GET", "http:///v1/spaces")]
    [InlineData("GET", "http://a:99999/v1/spaces")]
    [InlineData("GET", "ftp://localhost/v1/spaces")]
    [InlineData("GET", "/v1/spaces/%")]
    [InlineData("GET", "/v1/spaces/%zz")]
    [InlineData("GET", "/v1/spaces/%00/functions")]
    [InlineData("GET", "/v1/spaces/%C3/functions")]
    [InlineData("GET", "/v1/spaces/default/functions/%ED%A0%80")]
    [InlineData("GET", "/v1/spaces/default/functions?limit=%00")]
    [InlineData("GET", "/v1/spaces/default/functions?cursor=%FF%FE")]
    [InlineData("GET", "/v1/spaces/default/functions?metadata.%00=1")]
    [InlineData("GET", "/v1/spaces/default/functions?=%&&;==")]
    [InlineData("GET", "/v1/spaces/default/events?from=%FF")]
    [InlineData("GET", "//")]
    [InlineData("GET", "/..%2f..%2f/%5c")]
    [InlineData("OPTIONS", "*")]
    [InlineData("GET", "*")]
    [InlineData("CONNECT", "localhost:443")]
    [InlineData("CONNECT", "/v1/spaces")]
    [InlineData("GET", "v1/spaces")]
    [InlineData("G\u0001T", "/v1/spaces")]
    [InlineData("GET", "/v1/spaces/\u0001")]
    [InlineData("GET", "/v1/spaces/a b")]
    public async Task A_malformed_target_never_gets_an_error_of_the_gateway(string method, string target)
    {
        foreach (var client in (RawHttpClient[])[wire.Gateway.Config, wire.Gateway.Events])
        {
            var response = await client.SendAsync(Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            // Kestrel answers 505 when it cannot read the version in the request line.
            (response.Status is < 500 or 505).ShouldBeTrue(response.ToString());
        }

        foreach (var toConfig in (bool[])[true, false])
        {
            (await wire.SendHttp2Async(method, target, toConfig: toConfig)).Status.ShouldBeLessThan(500);
        }

        ShouldLogNothing();
    }

    [Theory]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    [InlineData("subject")]
    [InlineData("dataschema")]
    [InlineData("ownextension")]
    public async Task Refuses_an_attribute_beyond_4_KiB_and_names_it(string attribute)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = "1", ["source"] = "/a", ["type"] = "made" };
        foreach (var (length, status) in ((int, int)[])[(4096, 200), (4097, 400)])
        {
            fields[attribute] = attribute == "dataschema" ? "a:" + new string('x', length - 2) : new string('x', length);
            var json = $"{{\"specversion\":\"1.0\",{string.Join(',', fields.Select(static f => $"\"{f.Key}\":\"{f.Value}\""))}}}";

            var structured = await wire.Gateway.Events.SendAsync(RawRequest.With("POST", "/e/made", "application/cloudevents+json", json));
            var binary = await wire.Gateway.Events.SendAsync(new RawRequest("POST", "/e/made")
            {
                Headers = [new("ce-specversion", "1.0"), .. fields.Select(static f => new HttpField("ce-" + f.Key, f.Value))],
            });

            foreach (var response in (RawResponse[])[structured, binary])
            {
                // No subscription has this long event type, so the event is accepted with 202.
                response.Status.ShouldBe(attribute == "type" && status == 200 ? 202 : status, response.ToString());
                if (status == 400)
                {
                    response.Errors.ShouldBe([$"{attribute}: has 4097 bytes; at most 4096 are accepted"]);
                }
            }
        }
    }

    [Theory]
    [InlineData("functions", "functionId", """{"functionId":"X","type":"builtin","provider":{"name":"echo"}}""")]
    [InlineData("eventtypes", "name", """{"name":"X"}""")]
    [InlineData("cors", "path", """{"method":"GET","path":"/X"}""")]
    [InlineData("subscriptions", "path", """{"type":"async","eventType":"http.request","functionId":"strict","path":"/X"}""")]
    public async Task Refuses_a_resource_with_an_id_beyond_4_KiB(string resources, string field, string json)
    {
        var response = await wire.Gateway.Config.PostAsync(
            $"/v1/spaces/default/{resources}", json.Replace("X", new string('x', 4097), StringComparison.Ordinal));

        response.Status.ShouldBe(400);
        response.Errors.ShouldHaveSingleItem().ShouldContain($"{field}: the id would have");
        response.Errors[0].Length.ShouldBeLessThan(300);
    }

    private RawHttpClient ClientOf(string path) => path.StartsWith("/v1", StringComparison.Ordinal) ? wire.Gateway.Config : wire.Gateway.Events;

    private void ShouldLogNothing()
    {
        wire.Gateway.Output.ShouldNotContain(" fail: ");
        wire.Gateway.Output.ShouldNotContain(" warn: ");
        wire.Gateway.Output.ShouldNotContain("   at ");
        wire.ShouldBeClean();
    }
}
