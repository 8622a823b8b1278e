using System.Globalization;
using System.Text;
using CsCheck;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using EventGateway.TestSupport;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Requests whose body is compressed.</summary>
public sealed class CodedRequestTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly string[] Codings = ["gzip", "br", "deflate", "raw deflate"];

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.0-binary")]
    public async Task Functions_get_the_decoded_data(string cloudEvents)
    {
        var name = running.NewName();
        var function = await running.SubscribeAsync(
            FunctionAnswer.Of("{}"), "/" + name, eventType: name, delivery: new() { ["cloudEvents"] = cloudEvents });
        HttpField[] binary = [new("ce-specversion", "1.0"), new("ce-id", "1"), new("ce-source", "/t"), new("ce-type", name), new("Content-Type", "application/json")];

        foreach (var headers in new[] { binary, [new("Event", name), new("Content-Type", "application/json")] })
        {
            (await SendAsync("/" + name, """{"hello":"world"}""", "gzip", headers)).Status.ShouldBe(200);
        }

        var structured = $$$"""{"specversion":"1.0","id":"1","source":"/t","type":"{{{name}}}","data":{"hello":"world"}}""";
        (await SendAsync("/" + name, structured, "br", new HttpField("Content-Type", "application/cloudevents+json"))).Status.ShouldBe(200);

        var calls = running.CallsOf(function);
        calls.Count.ShouldBe(3);
        calls.ShouldAllBe(call => call.Headers.Find("Content-Encoding") == null);
        calls.Select(call => cloudEvents is "1.0" ? call.Json["data"]!.ToJsonString() : call.Text).ShouldAllBe(data => data == """{"hello":"world"}""");
    }

    [Fact]
    public async Task Other_codings_are_refused_with_those_that_are_accepted()
    {
        var refused = await running.Events.SendAsync(new RawRequest("POST", "/") { Headers = [new("Event", "x"), new("Content-Encoding", "zstd")], Body = [1, 2] });
        var damaged = await running.Events.SendAsync(new RawRequest("POST", "/") { Headers = [new("Event", "x"), new("Content-Encoding", "gzip")], Body = [1, 2] });
        var bomb = await running.Events.SendAsync(
            new RawRequest("POST", "/") { Headers = [new("Event", "x"), new("Content-Encoding", "gzip")], Body = Coded.With(new byte[20_000_000], "gzip") });

        (refused.Status, refused.Header("Accept-Encoding")).ShouldBe((415, "gzip, br, deflate"));
        refused.Errors.ShouldBe(["The body has the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate."]);
        (damaged.Status, damaged.Errors[0]).ShouldBe((400, "The body is not valid gzip, its Content-Encoding, or it is incomplete."));
        (bomb.Status, bomb.Errors[0]).ShouldBe((413, "The body is larger than 1048576 bytes when its gzip is decoded, the limit of --max-event-size."));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_raw_request_and_its_answer_keep_their_codings(bool hasAsync)
    {
        var path = await running.SubscribeWithAsync([], more: new() { ["requestMode"] = "raw" });
        byte[] answer = [0x28, 0xB5, 0x2F, 0xFD, 1];
        running.Functions[path + path] = new FunctionAnswer { Bytes = answer, Headers = [new("Content-Encoding", "zstd")] };
        var listener = hasAsync ? await running.SubscribeAsync(FunctionAnswer.Of("{}"), path, "async") : null;
        var sent = Coded.With("hello"u8, "br");

        var response = await running.Events.SendAsync(new RawRequest("POST", path)
        {
            Headers = [new("Content-Type", "text/plain"), new("Content-Encoding", "br"), new("Accept-Encoding", "zstd;q=1, br;q=0")],
            Body = sent,
        });

        (response.Status, response.Header("Content-Encoding")).ShouldBe((200, "zstd"));
        response.Body.ShouldBe(answer);
        var call = running.CallsOf(path + path).ShouldHaveSingleItem();
        call.Body.ShouldBe(sent);
        (call.Headers.Find("Content-Encoding"), call.Headers.Find("Accept-Encoding")).ShouldBe(("br", "zstd;q=1, br;q=0"));
        if (listener is not null)
        {
            await Eventually.TrueAsync(() => running.CallsOf(listener).Count == 1, "the listener is called");
            var data = running.CallsOf(listener)[0].Json["data"]!;
            (data["body"]!.GetValue<string>(), data["headers"]!["Content-Encoding"]).ShouldBe(("hello", null));
        }
    }

    [Fact]
    public async Task The_Configuration_API_decodes_its_bodies()
    {
        var name = running.NewName();
        RawRequest Request(byte[] body, string coding) => new("POST", "/v1/spaces/default/eventtypes")
        {
            Headers = [new("Content-Type", "application/json"), new("Content-Encoding", coding)],
            Body = body,
        };

        var created = await running.Config.SendAsync(Request(Coded.With(Encoding.UTF8.GetBytes($$"""{"name":"{{name}}"}"""), "gzip"), "gzip"));
        var refused = await running.Config.SendAsync(Request([1], "zstd"));
        var damaged = await running.Config.SendAsync(Request([1], "br"));
        var bomb = await running.Config.SendAsync(Request(Coded.With(new byte[20_000_000], "br"), "br"));

        created.Status.ShouldBe(201, created.ToString());
        (refused.Status, refused.Header("Accept-Encoding")).ShouldBe((415, "gzip, br, deflate"));
        damaged.Errors.ShouldBe(["The body is not valid br, its Content-Encoding, or it is incomplete."]);
        (bomb.Status, bomb.Errors[0]).ShouldBe((413, "The body is too large; at most 1048576 bytes are accepted."));
    }

    [Fact]
    public async Task Whatever_was_coded_and_sent_in_chunks_arrives()
    {
        var name = running.NewName();
        var function = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/" + name, eventType: name, delivery: new() { ["cloudEvents"] = "1.0-binary" });
        var expected = new List<byte[]>();

        Gen.Select(Gen.Byte.Array[1, 3000], Gen.Int[0, Codings.Length - 1].Array[1, 3], Gen.Int[1, 700].Array[1, 5])
            .Sample((body, picks, chunks) =>
            {
                var applied = Array.ConvertAll(picks, pick => Codings[pick]);
                var request = new MemoryStream();
                request.Write(Encoding.ASCII.GetBytes(
                    $"POST /{name} HTTP/1.1\r\nHost: a\r\nEvent: {name}\r\nContent-Type: application/octet-stream\r\n"
                    + $"Content-Encoding: {string.Join(", ", applied.Select(Coded.Header))}\r\nTransfer-Encoding: chunked\r\n\r\n"));
                var coded = Coded.With(body, applied);
                for (var (at, i) = (0, 0); at < coded.Length; i++)
                {
                    var chunk = coded.AsSpan(at, Math.Min(chunks[i % chunks.Length], coded.Length - at));
                    request.Write(Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
                    request.Write([.. chunk, .. "\r\n"u8]);
                    at += chunk.Length;
                }

                request.Write("0\r\n\r\n"u8);
                running.Events.SendAsync(request.ToArray()).GetAwaiter().GetResult().Status.ShouldBe(200);
                expected.Add(body);
            }, iter: 60, threads: 1);

        running.CallsOf(function).Select(call => Convert.ToHexString(call.Body)).ShouldBe(expected.Select(Convert.ToHexString));
    }

    private Task<RawResponse> SendAsync(string path, string body, string coding, params HttpField[] headers) => running.Events.SendAsync(
        new RawRequest("POST", path) { Headers = [.. headers, new("Content-Encoding", coding)], Body = Coded.With(Encoding.UTF8.GetBytes(body), coding) });
}
