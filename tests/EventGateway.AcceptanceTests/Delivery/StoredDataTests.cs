using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>The data of an event reaches a function in binary mode as it was sent, through stores, dead letters and replays.</summary>
public sealed class StoredDataTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly FunctionAnswer Refusal = new() { Status = 400 };

    public static TheoryData<string?, byte[]> Bodies => new()
    {
        { "application/json", " \t{\"a\": 1,\"a\":\"\\u0041\"}\r\n"u8.ToArray() },
        { "application/json", [0xEF, 0xBB, 0xBF, .. "{}"u8] },
        { null, "\n[1] "u8.ToArray() },
        { null, "some text\n"u8.ToArray() },
        { "text/plain; charset=iso-8859-1", [0xC3, 0xA9] },
        { "image/png", [0, 0xFF, 0x80] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Every_path_keeps_every_byte(string? contentType, byte[] body)
    {
        var type = running.NewName() + ".carried";
        var deadLetters = running.NewName();
        running.Functions["/" + deadLetters] = new FunctionAnswer();
        await running.AskAsync("POST", "functions", 201, new JsonObject
        {
            ["functionId"] = deadLetters,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url("/" + deadLetters) },
        });
        string[] functions =
        [
            await SubscribeAsync(type, new FunctionAnswer(), new JsonObject(), isNew: true),
            await SubscribeAsync(type, new FunctionAnswer(), new JsonObject { ["guarantee"] = "atMostOnce" }),
            await SubscribeAsync(type, Refusal, new JsonObject { ["deadLetterFunctionId"] = deadLetters }),
            await SubscribeAsync(type, Refusal, new JsonObject()),
        ];

        await SendAsync(type, contentType, body);

        foreach (var function in functions)
        {
            ShouldBe((await running.CallsAsync(function, 1))[0], contentType, body);
        }

        ShouldBe((await running.CallsAsync("/" + deadLetters, 1))[0], contentType, body);

        running.Functions[functions[3]] = new FunctionAnswer();
        var letter = (await running.ListAsync($"deadletters?eventType={type}&functionId={functions[3][1..]}", "deadLetters", 1))[0];
        await running.AskAsync("POST", $"deadletters/{letter["deadLetterId"]}/redeliver", 202);
        ShouldBe((await running.CallsAsync(functions[3], 2))[1], contentType, body);

        await running.AskAsync("POST", "replays", 201, new JsonObject { ["subscriptionId"] = await running.SubscriptionOfAsync(functions[0]) });
        ShouldBe((await running.CallsAsync(functions[0], 2))[1], contentType, body);
    }

    private static void ShouldBe(FunctionCall call, string? contentType, byte[] body)
    {
        call.Body.ShouldBe(body, Encoding.UTF8.GetString(call.Body));
        var expected = contentType ?? (body.Contains((byte)'[') ? "application/json" : null);
        call.Headers.Find("Content-Type").ShouldBe(expected);
    }

    private Task<string> SubscribeAsync(string type, FunctionAnswer answer, JsonObject delivery, bool isNew = false)
    {
        delivery["cloudEvents"] = "1.0-binary";
        return running.SubscribeAsync(answer, "/" + type, "async", type, delivery, isNew);
    }

    private async Task SendAsync(string type, string? contentType, byte[] body)
    {
        HttpField[] headers = [new("ce-specversion", "1.0"), new("ce-id", running.NewName()), new("ce-source", "/t"), new("ce-type", type)];
        var response = await running.Events.SendAsync(new RawRequest("POST", "/" + type)
        {
            Headers = contentType is null ? headers : [new("Content-Type", contentType), .. headers],
            Body = body,
        });
        response.Status.ShouldBe(202, response.ToString());
    }
}
