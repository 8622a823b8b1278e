using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// Bytes that the gateway only carries arrive unchanged: random legal bytes go through every path that carries them, over HTTP/1.1
/// and HTTP/2 on both sides.
/// </summary>
public sealed class CarriedBytesTests(CarryingGateway gateway) : IClassFixture<CarryingGateway>
{
    private const int Rounds = 60;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Raw_requests_and_answers_arrive_unchanged(bool http2, bool functionHttp2) => await RepeatAsync(async (bytes, mark) =>
    {
        var answer = new FunctionAnswer { Status = bytes.Pick(200, 201, 404, 418, 500, 599), Headers = [.. WithType(bytes.ContentType(), bytes.Headers())], Bytes = bytes.Body() };
        gateway.Function.Answer = answer;
        var method = bytes.Pick("POST", "PUT", "DELETE", "GET");
        var target = bytes.Path(functionHttp2 ? "/h2/raw" : "/h1/raw") + bytes.Query();
        HttpField[] headers = [new("x-mark", mark), .. WithType(bytes.ContentType(), bytes.Headers())];
        var body = bytes.Body();

        var response = await gateway.SendAsync(http2, method, target, headers, body);

        response.Status.ShouldBe(answer.Status, response.ToString());
        var call = await gateway.Function.CallAsync("x-mark", mark);
        call.Method.ShouldBe(method);
        call.Target.ShouldBe("/base" + target);
        ShouldHave(call.Headers, headers);
        call.Body.ShouldBe(body);
        ShouldHave(response.Headers, answer.Headers);
        response.Body.ShouldBe(answer.Bytes);
    });

    [Theory]
    [InlineData(false, "h1.sync")]
    [InlineData(true, "h2.sync")]
    [InlineData(true, "h1.async")]
    [InlineData(false, "h2.async")]
    [InlineData(false, "h1.memory")]
    [InlineData(true, "h2.memory")]
    public async Task The_data_of_events_arrives_unchanged_in_binary_mode(bool http2, string eventType) => await RepeatAsync(async (bytes, mark) =>
    {
        var answered = bytes.Body();
        gateway.Function.Answer = FunctionAnswer.Of(new JsonObject { ["statusCode"] = 200, ["body"] = Convert.ToBase64String(answered), ["isBase64Encoded"] = true }.ToJsonString());
        var type = bytes.MediaType();
        var body = bytes.Body();
        var asEventHeader = bytes.Pick(true, false);
        HttpField[] attributes = asEventHeader
            ? [new("Event", eventType)]
            : [new("ce-specversion", "1.0"), new("ce-id", mark), new("ce-source", "/s"), new("ce-type", eventType)];

        var response = await gateway.SendAsync(http2, "POST", "/", WithType(type, attributes), body);

        StrictRequest call;
        if (eventType.EndsWith(".sync", StringComparison.Ordinal))
        {
            response.Status.ShouldBe(200, response.ToString());
            response.Body.ShouldBe(answered);
            call = gateway.Function.Calls.Last();
        }
        else
        {
            response.Status.ShouldBe(202, response.ToString());
            call = await gateway.Function.CallAsync("ce-id", response.Header("event-id")!);
        }

        call.Body.ShouldBe(body);
        if (type is not null)
        {
            call.Headers.Find("Content-Type").ShouldBe(type);
        }
    });

    [Theory]
    [InlineData(false, "h1.async")]
    [InlineData(true, "h2.sync")]
    public async Task Base64_data_of_structured_events_arrives_as_its_bytes(bool http2, string eventType) => await RepeatAsync(async (bytes, mark) =>
    {
        gateway.Function.Answer = FunctionAnswer.Of("{}");
        var data = bytes.Body();
        var cloudEvent = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = mark,
            ["source"] = "/s",
            ["type"] = eventType,
            ["data_base64"] = Convert.ToBase64String(data),
        };
        var type = bytes.MediaType();
        if (type is not null)
        {
            cloudEvent["datacontenttype"] = type;
        }

        var response = await gateway.SendAsync(http2, "POST", "/", [new("Content-Type", "application/cloudevents+json")], Encoding.UTF8.GetBytes(cloudEvent.ToJsonString()));

        response.Status.ShouldBeOneOf(200, 202);
        var call = await gateway.Function.CallAsync("ce-id", mark);
        call.Body.ShouldBe(data);
    });

    [Theory]
    [InlineData(false, "h1")]
    [InlineData(true, "h2")]
    public async Task Binary_replies_arrive_unchanged(bool http2, string function) => await RepeatAsync(async (bytes, mark) =>
    {
        var data = bytes.Body();
        gateway.Function.Answer = new FunctionAnswer
        {
            Headers = [.. WithType(bytes.MediaType(), [new("ce-specversion", "1.0"), new("ce-id", mark), new("ce-source", "/s"), new("ce-type", function + ".replied")])],
            Bytes = data,
        };

        var response = await gateway.SendAsync(http2, "POST", "/", [new("Event", function + ".reply")], []);

        response.Status.ShouldBe(202, response.ToString());
        var call = await gateway.Function.CallAsync("ce-id", mark);
        call.Body.ShouldBe(data);
    });

    [Theory]
    [InlineData(false, "h2")]
    [InlineData(true, "h1")]
    public async Task Plain_requests_keep_their_raw_path_and_query(bool http2, string function) => await RepeatAsync(async (bytes, mark) =>
    {
        gateway.Function.Answer = FunctionAnswer.Of("{}");
        var (path, query) = (bytes.Path($"/{function}/http/{mark}"), bytes.Query());
        var body = bytes.Body();

        var response = await gateway.SendAsync(http2, "POST", path + query, [new("Content-Type", "application/octet-stream")], body);

        response.Status.ShouldBe(200, response.ToString());
        var data = JsonNode.Parse(gateway.Function.Calls.Last().Body)!["data"]!;
        data["rawPath"]!.GetValue<string>().ShouldBe(path);
        (data["rawQuery"]?.GetValue<string>() ?? "").ShouldBe(query.Length == 0 ? "" : query[1..]);
        var sent = data["body"]!.GetValue<string>();
        (data["isBase64Encoded"]?.GetValue<bool>() is true ? Convert.FromBase64String(sent) : Encoding.UTF8.GetBytes(sent)).ShouldBe(body);
    });

    private static async Task RepeatAsync(Func<LegalBytes, string, Task> round)
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"Seed: {seed}");
        var bytes = new LegalBytes(new Random(seed));
        for (var i = 0; i < Rounds; i++)
        {
            await round(bytes, $"m{seed}-{i}");
        }
    }

    private static IEnumerable<HttpField> WithType(string? type, IEnumerable<HttpField> headers) =>
        type is null ? headers : headers.Prepend(new HttpField("Content-Type", type));

    private static void ShouldHave(IReadOnlyList<HttpField> received, IEnumerable<HttpField> sent)
    {
        foreach (var (name, value) in sent)
        {
            received.Find(name).ShouldBe(value, name);
        }
    }
}
