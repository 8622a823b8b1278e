using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>What the Events API answers to wrong inputs, word by word.</summary>
public sealed class WrongEventTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Structured = "Content-Type: application/cloudevents+json";

    [Theory]
    [InlineData(400, """{"specversion":"1.0"}""", new[] { Structured },
        "id: missing, a string that is not empty is required",
        "source: missing, a string that is not empty is required",
        "type: missing, a string that is not empty is required")]
    [InlineData(400, """{"type":"a.b","source":"/s","id":"1"}""", new[] { Structured },
        "specversion: missing, \"1.0\" is required (or cloudEventsVersion \"0.1\")")]
    [InlineData(400, """{"specversion":"1.1","type":"a.b","source":"/s","id":"1"}""", new[] { Structured },
        "specversion: must be \"1.0\" (for 0.1 the attribute is cloudEventsVersion)")]
    [InlineData(400, """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","time":"yesterday","datacontenttype":7}""", new[] { Structured },
        "time: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z",
        "datacontenttype: must be a string, not a number")]
    [InlineData(400, """{"specversion":"1.0","type":"a.b","source":"/s","id":1,"data_base64":"%"}""", new[] { Structured },
        "id: must be a string, not a number",
        "data_base64: must be base64 (RFC 4648)")]
    [InlineData(400, """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","id":"2"}""", new[] { Structured },
        "id: occurs twice")]
    [InlineData(400, """{"specversion":"1.0","type":"a.b","source":"/s","id":"1","My-Ext":"2"}""", new[] { Structured },
        "My-Ext: not an attribute of CloudEvents 1.0; the name of an extension has only a-z and 0-9")]
    [InlineData(400, """{"specversion":"1.0","type":"eventgateway.event.received","source":"/s","id":"1"}""", new[] { Structured },
        "type: \"eventgateway.event.received\" is a type that only the gateway itself may send (eventgateway.…)")]
    [InlineData(400, """{"specversion":"1.0","type":"a.b","source":"/s","id":"1"} x""", new[] { Structured },
        "The body is not well-formed JSON (line 1, byte 59).")]
    [InlineData(400, """[{"specversion":"1.0","type":"a.b","source":"/s","id":"1"},{"specversion":"1.0","id":"2"}]""",
        new[] { "Content-Type: application/cloudevents-batch+json" },
        "[1].source: missing, a string that is not empty is required",
        "[1].type: missing, a string that is not empty is required")]
    [InlineData(400, "x", new[] { "ce-type: a.b" },
        "ce-specversion: missing, an event of CloudEvents 1.0 in binary mode needs it")]
    [InlineData(400, "x", new[] { "ce-specversion: 1.0", "ce-type: a.b", "ce-source: /s" },
        "ce-id: missing, a string that is not empty is required")]
    [InlineData(400, "x", new[] { "Content-Type: text/plain; charset" },
        "Content-Type: a parameter of a media type is a name, = and a value")]
    [InlineData(415, "<event/>", new[] { "Content-Type: application/cloudevents+xml" },
        "Content-Type: events of the format application/cloudevents+xml are not read; accepted: application/cloudevents+json, application/cloudevents-batch+json")]
    [InlineData(415, "x", new[] { "Event: a.b", "Content-Encoding: zstd" },
        "The body has the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate.")]
    [InlineData(404, "x", new string[0],
        "No subscription to http.request takes POST /.")]
    public async Task Answers_with_every_error(int status, string body, string[] headers, params string[] messages)
    {
        var response = await running.Events.SendAsync(new RawRequest("POST", "/")
        {
            Headers = [.. headers.Select(static header => header.Split(": ", 2)).Select(static header => new HttpField(header[0], header[1]))],
            Body = Encoding.UTF8.GetBytes(body),
        });

        response.Errors.ShouldBe(messages);
        response.Status.ShouldBe(status);
    }
}
