using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventGateway.Api.Description;
using EventGateway.Options;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Description;

/// <summary>The OpenAPI document of the Events API, which is written by hand, says what the page about it says.</summary>
public sealed partial class EventsDocumentTests
{
    [Fact]
    public void Has_the_statuses_and_headers_of_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/events-api.md"));
        var rows = StatusRow().Matches(page[page.IndexOf("## The answer", StringComparison.Ordinal)..]);
        var documented = rows.ToDictionary(
            static row => row.Groups["status"].Value,
            static row => Quoted().Matches(row.Groups["headers"].Value).Select(static header => header.Groups["name"].Value).ToList(),
            StringComparer.Ordinal);

        documented.Count.ShouldBeGreaterThan(10);
        var document = Read(new ListenerOptions { Host = "*", Port = 4000 });
        foreach (var path in new[] { "/", "/{path}" })
        {
            // 200 stands for the status of the function.
            var responses = document["paths"]![path]!["post"]!["responses"]!.AsObject().Where(static response => response.Key != "200").ToList();
            responses.Select(static response => response.Key).ShouldBe(documented.Keys, ignoreOrder: true);
            foreach (var (status, reference) in responses)
            {
                var response = document["components"]!["responses"]![((string)reference!["$ref"]!).Split('/')[^1]]!;
                (response["headers"]?.AsObject().Select(static header => header.Key) ?? []).ShouldBe(documented[status], ignoreOrder: true, status);
            }
        }
    }

    [Theory]
    [InlineData("*", 4000, null, "http", "localhost")]
    [InlineData("10.0.0.1", 80, null, "http", "10.0.0.1")]
    [InlineData("::1", 4000, "/cert.pem", "https", "[::1]")]
    public void Has_the_address_of_the_listener(string host, int port, string? certificate, string scheme, string name)
    {
        var variables = Read(new ListenerOptions { Host = host, Port = port, TlsCertificate = certificate })["servers"]![0]!["variables"]!;

        ((string)variables["scheme"]!["default"]!).ShouldBe(scheme);
        ((string)variables["host"]!["default"]!).ShouldBe(name);
        ((string)variables["port"]!["default"]!).ShouldBe($"{port}");
    }

    private static JsonNode Read(ListenerOptions listener) => JsonNode.Parse(new EventsDocument(new EventsAddress(listener)).Write())!;

    // The first cell of a row that begins with a status.
    [GeneratedRegex(@"^\| `(?<status>\d{3})`(?<headers>[^|]*)\|", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusRow();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
