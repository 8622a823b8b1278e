using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Http;
using CloudNative.CloudEvents.SystemTextJson;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The .NET SDK of CloudEvents sends events through the gateway and reads what arrives.</summary>
public sealed class CloudNativeClientTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly JsonEventFormatter Formatter = new();

    private static readonly CloudEventAttribute[] Extensions =
    [
        CloudEventAttribute.CreateExtension("number", CloudEventAttributeType.Integer),
        CloudEventAttribute.CreateExtension("flag", CloudEventAttributeType.Boolean),
    ];

    public static TheoryData<string, string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var mode in new[] { "structured", "binary", "batch" })
            {
                foreach (var format in new[] { "1.0", "1.0-binary" })
                {
                    foreach (var data in new[] { "none", "json", "jsonString", "text", "latin1", "bytes", "untyped" })
                    {
                        cases.Add(mode, format, data);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Reads_the_event_that_it_sent(string mode, string format, string data)
    {
        var type = running.NewName() + ".sent";
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/" + type, "async", type, new JsonObject { ["cloudEvents"] = format });
        var sent = Create(type, data);

        using var content = mode is "batch"
            ? new[] { sent }.ToHttpContent(Formatter)
            : sent.ToHttpContent(mode is "binary" ? ContentMode.Binary : ContentMode.Structured, Formatter);
        (await SendAsync("/" + type, content)).Status.ShouldBe(202);

        var received = await ReadAsync(function);
        Describe(received).ShouldBe(Describe(sent));
        DescribeData(received).ShouldBe(DescribeData(sent));
    }

    private static CloudEvent Create(string type, string data)
    {
        var cloudEvent = new CloudEvent(Extensions)
        {
            Id = "a \"%€ 😀",
            Source = new Uri("/shop/a%20b?c=d", UriKind.Relative),
            Type = type,
            Time = new DateTimeOffset(2026, 1, 31, 12, 30, 0, 120, TimeSpan.FromHours(2)),
            Subject = "é/ü",
            DataSchema = data is "none" ? null : new Uri("https://example.com/schema#1"),
            ["traceless"] = "a,b;c=\"d\"",
            ["number"] = -5,
            ["flag"] = true,
        };
        (cloudEvent.DataContentType, cloudEvent.Data) = data switch
        {
            "json" => ("application/json", new { a = 1, b = new[] { "é" } }),
            "jsonString" => ("application/vnd.shop+json", "a string"),
            "text" => ("text/plain", "é\n\"text\""),
            "latin1" => ("text/plain; charset=iso-8859-1", "é"),
            "bytes" => ("image/png", new byte[] { 0, 0xFF, 0x80 }),
            "untyped" => (null, new { a = 1 }),
            _ => ((string?)null, (object?)null),
        };
        return cloudEvent;
    }

    private async Task<RawResponse> SendAsync(string path, HttpContent content) => await running.Events.SendAsync(new RawRequest("POST", path)
    {
        Headers = [.. content.Headers.NonValidated.Where(header => header.Key != "Content-Length").Select(header => new HttpField(header.Key, header.Value.ToString()))],
        Body = await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
    });

    private async Task<CloudEvent> ReadAsync(string function)
    {
        FunctionCall? call = null;
        await Eventually.TrueAsync(() => (call = running.Functions.Calls().SingleOrDefault(c => c.Path == function)) is not null, $"{function} is called");
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/") { Content = new ByteArrayContent(call!.Body) };
        foreach (var (name, value) in call.Headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await request.ToCloudEventAsync(Formatter, Extensions);
    }

    // The gateway names the type of untyped JSON in binary mode.
    private static string Describe(CloudEvent cloudEvent) => string.Join('\n', cloudEvent.GetPopulatedAttributes()
        .Select(pair => $"{pair.Key.Name}: {pair.Key.Format(pair.Value)}")
        .Append(cloudEvent.DataContentType is null && cloudEvent.Data is not null ? "datacontenttype: application/json" : "")
        .Where(line => line.Length > 0)
        .Order(StringComparer.Ordinal));

    private static string DescribeData(CloudEvent cloudEvent) => cloudEvent.Data switch
    {
        null => "",

        // In binary mode the SDK parses application/json only.
        byte[] bytes when cloudEvent.DataContentType!.EndsWith("+json", StringComparison.Ordinal) => Encoding.UTF8.GetString(bytes),
        byte[] bytes => Convert.ToHexString(bytes),
        JsonElement json => json.GetRawText(),
        string text when cloudEvent.DataContentType!.EndsWith("json", StringComparison.Ordinal) => JsonSerializer.Serialize(text),
        string text => text,
        var value => JsonSerializer.Serialize(value),
    };
}
