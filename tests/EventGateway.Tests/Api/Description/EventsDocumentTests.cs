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
    public void Has_the_statuses_of_the_page()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/events-api.md"));
        var documented = StatusInTable().Matches(page[page.IndexOf("## The answer", StringComparison.Ordinal)..]).Select(static match => match.Groups["status"].Value).ToList();

        documented.Count.ShouldBeGreaterThan(10);
        foreach (var path in new[] { "/", "/{path}" })
        {
            // 200 stands for the status of the function.
            Read(new ListenerOptions { Host = "*", Port = 4000 })["paths"]![path]!["post"]!["responses"]!.AsObject().Select(static response => response.Key)
                .ShouldBe(documented.Distinct().Prepend("200"), ignoreOrder: true);
        }
    }

    [Fact]
    public void Has_the_headers_of_an_accepted_event()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs/events-api.md"));
        var row = page.First(static line => line.StartsWith("| `202`", StringComparison.Ordinal)).Split('|')[1];

        Read(new ListenerOptions { Host = "*", Port = 4000 })["components"]!["responses"]!["Accepted"]!["headers"]!.AsObject().Select(static header => header.Key)
            .ShouldBe(GatewayHeader().Matches(row).Select(static match => match.Value), ignoreOrder: true);
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

    [GeneratedRegex("event-[a-z]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GatewayHeader();

    [GeneratedRegex(@"^\| `(?<status>\d{3})`", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusInTable();
}
