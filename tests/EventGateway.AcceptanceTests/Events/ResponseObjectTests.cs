using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>A sync function answers as people write it, and learns what is wrong with an answer that the gateway cannot send.</summary>
public sealed class ResponseObjectTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task Every_cookie_and_every_value_has_a_line_of_its_own()
    {
        var answer = await CallAsync(
            """{"statusCode":"201","headers":{"X-A":1.50,"X-B":true,"Set-Cookie":["a=1","b=2"]},"multiValueHeaders":{"X-C":["1","2"]},"cookies":["c=3","d=4; Secure"],"body":{"made": 1}}""");

        answer.Status.ShouldBe(201, answer.ToString());
        answer.Header("x-a").ShouldBe("1.50");
        answer.Header("x-b").ShouldBe("true");
        Lines(answer, "x-c").ShouldBe(["1", "2"]);
        Lines(answer, "set-cookie").ShouldBe(["a=1", "b=2", "c=3", "d=4; Secure"]);
        (answer.Header("content-type"), answer.Text).ShouldBe(("application/json", """{"made": 1}"""));
    }

    [Fact]
    public async Task No_list_breaks_out_of_the_response()
    {
        var answer = await CallAsync(
            """
            {"statusCode":200,"body":"hello","headers":{"x":["a\r\nX-Injected: 1\r\n\r\n"],"content-length":[3],"Connection":["upgrade","x-listed"],"X-Listed":1},
             "multiValueHeaders":{"Transfer-Encoding":["chunked"],"x y":["1"],"Upgrade":["h2c"]},"cookies":["a=1\r\nX-Injected: 2"]}
            """);

        (answer.Status, answer.Text, answer.Incomplete).ShouldBe((200, "hello", false), answer.ToString());
        foreach (var name in (string[])["x-injected", "transfer-encoding", "upgrade", "x-listed", "x y"])
        {
            answer.Header(name).ShouldBeNull(name);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"message":"hello","body":1}""")]
    [InlineData("[1, 2]")]
    [InlineData("\"hello\"")]
    [InlineData("null")]
    public async Task JSON_without_statusCode_is_the_body(string json)
    {
        var answer = await CallAsync(json);

        (answer.Status, answer.Header("content-type"), answer.Text).ShouldBe((200, "application/json", json));
    }

    [Theory]
    [InlineData(404, """{"message":"no such function"}""", "statusCode is missing, and only an answer with a status from 200 to 299 can do without")]
    [InlineData(200, "hello", "the answer is not JSON")]
    [InlineData(200, """{"statusCode":200,"headers":{"X-A":{"b":"hush-answer"}}}""", "headers.X-A must be a string, a number, a boolean or a list of these")]
    public async Task A_malformed_answer_is_502_and_the_log_names_the_field_and_shows_the_beginning(int status, string body, string problem)
    {
        var answer = await CallAsync(body, status, new HttpField("Authorization", "Bearer hush-answer"));

        answer.Status.ShouldBe(502);
        answer.Errors.Single().ShouldStartWith("HTTP response object malformed. A function must answer with JSON: {\"statusCode\": 200,");
        await Eventually.TrueAsync(() => running.Gateway.Output.Contains($"Problem: {problem}", StringComparison.Ordinal), "the problem is in the log");
        var line = running.Gateway.Output.Split('\n').Last(text => text.Contains($"Problem: {problem}", StringComparison.Ordinal));
        line.ShouldContain("The answer begins: " + body.Replace("hush-answer", "***********", StringComparison.Ordinal));
        running.Gateway.Output.ShouldNotContain("hush-answer");
    }

    [Fact]
    public async Task The_compatible_mode_reads_answers_and_requests_as_0_9_did()
    {
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");
        await gateway.SubscribeAsync(running.Functions, "object", FunctionAnswer.Of("""{"body":"text","cookies":["a=1"]}"""), "/object");
        await gateway.SubscribeAsync(running.Functions, "list", FunctionAnswer.Of("[]"), "/list");

        var read = await gateway.Events.SendAsync(new RawRequest("POST", "/object?a=1;b&c=2") { Headers = [new("Cookie", "a"), new("Cookie", "b")] });
        var malformed = await gateway.Events.SendAsync(new RawRequest("POST", "/list"));

        (read.Status, read.Text, read.Header("set-cookie")).ShouldBe((200, "text", null));
        (malformed.Status, malformed.Errors.Single()).ShouldBe((500, "HTTP response object malformed"));
        var data = JsonNode.Parse(running.Functions.Calls().Last(static call => call.Path == "/object").Text)!["data"]!.AsObject();
        data["query"]!.ToJsonString().ShouldBe("""{"c":["2"]}""");
        data["headers"]!["Cookie"]!.GetValue<string>().ShouldBe("a, b");
        data.ContainsKey("rawPath").ShouldBeFalse();
        data.ContainsKey("rawQuery").ShouldBeFalse();
    }

    private static IEnumerable<string> Lines(RawResponse answer, string name) =>
        answer.Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value);

    private async Task<RawResponse> CallAsync(string body, int status = 200, params HttpField[] headers)
    {
        var path = "/" + running.NewName();
        await running.SubscribeAsync(new FunctionAnswer { Status = status, Body = body }, path);
        return await running.Events.SendAsync(new RawRequest("POST", path) { Headers = headers });
    }
}
