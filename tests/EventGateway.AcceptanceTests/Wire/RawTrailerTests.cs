using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>The trailers of raw answers. Only senders over HTTP/2 receive them.</summary>
public sealed class RawTrailerTests(WireGateway wire) : IClassFixture<WireGateway>
{
    [Fact]
    public async Task Forwards_trailers_except_connection_headers()
    {
        await using var functions = new FunctionServer();
        var answer = new FunctionAnswer
        {
            Raw = async (stream, stop) => await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    "HTTP/1.1 200 OK\r\nConnection: X-Gone\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                    + "X-Gone: 2\r\nX-Kept: 2\r\nKeep-Alive: 2\r\nProxy-Own: 2\r\nContent-Length: 9\r\n\r\n"),
                stop),
        };
        functions["/trailers/trailers"] = answer;
        await wire.Gateway.SubscribeAsync(functions, "trailers", answer, "/trailers", more: new JsonObject { ["requestMode"] = "raw" });

        var response = await wire.SendHttp2Async("POST", "/trailers", body: []);

        response.Status.ShouldBe(200);
        response.Text.ShouldBe("hello");
        response.Headers.Find("x-kept").ShouldBe("2");
        foreach (var name in (string[])["x-gone", "keep-alive", "proxy-own", "content-length"])
        {
            response.Headers.Find(name).ShouldBeNull(name);
        }
    }
}
