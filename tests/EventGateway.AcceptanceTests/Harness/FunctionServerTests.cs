using Shouldly;

namespace EventGateway.AcceptanceTests.Harness;

public sealed class FunctionServerTests
{
    [Fact]
    public async Task Records_a_chunked_request_and_answers_from_the_table()
    {
        await using var functions = new FunctionServer();
        functions["/a"] = new FunctionAnswer { Status = 201, Body = "hi", Headers = [new HttpField("X-A", "b")] };

        var response = await new RawHttpClient(functions.Port).SendAsync(
            new RawRequest("PUT", "/a?q=1") { Body = "hello"u8.ToArray(), Chunked = true, Headers = [new HttpField("X-B", "c")] });

        (response.Status, response.Text, response.Header("x-a")).ShouldBe((201, "hi", "b"));
        var call = functions.Calls().ShouldHaveSingleItem();
        (call.Method, call.Path, call.Text, call.Headers.Find("x-b")).ShouldBe(("PUT", "/a?q=1", "hello", "c"));
    }

    [Fact]
    public async Task A_closed_connection_has_status_0()
    {
        await using var functions = new FunctionServer();
        functions["/a"] = new FunctionAnswer { Close = true };

        (await new RawHttpClient(functions.Port).GetAsync("/a")).Status.ShouldBe(0);
    }

    [Fact]
    public async Task A_truncated_body_is_incomplete()
    {
        await using var functions = new FunctionServer();
        functions["/a"] = new FunctionAnswer
        {
            Raw = (stream, ct) => stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"u8.ToArray(), ct).AsTask(),
        };

        (await new RawHttpClient(functions.Port).GetAsync("/a")).Incomplete.ShouldBeTrue();
    }
}
