using System.Text.RegularExpressions;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

public sealed class CheckedHandlerTests
{
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    [Theory]
    [InlineData("http://h/a?b", "http://h/a?b")]
    [InlineData("http://h/a[0]?b|c", "http://h/a%5B0%5D?b%7Cc")]
    [InlineData("http://h?a=/b%", "http://h/?a=/b%25")]
    [InlineData("http://[::1]:80/a", "http://[::1]:80/a")]
    public async Task Sends_a_target_that_HTTP_allows(string uri, string expected)
    {
        var sent = await SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(uri, Verbatim)));

        sent.RequestUri!.OriginalString.ShouldBe(expected);
    }

    [Fact]
    public void A_target_without_a_path_takes_no_new_string()
    {
        var uri = new Uri("http://f:9000");
        CheckedHandler.IsWrittenValid(uri).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();

        CheckedHandler.IsWrittenValid(uri);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        CheckedHandler.IsWrittenValid(new Uri("http://f:9000", Verbatim)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("http://h/é")]
    [InlineData("http://h?é=/b")]
    [InlineData("http://h/a b")]
    [InlineData("http://h/a\r\nb")]
    [InlineData("http://h/\0")]
    public async Task Does_not_send_another_target(string uri) => await Should.ThrowAsync<InvalidRequestException>(
        () => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(uri, Verbatim))));

    [Theory]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\nb")]
    [InlineData("\0")]
    [InlineData("\u0007")]
    public async Task Does_not_send_a_header_with_a_control_character(string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://h/");
        request.Headers.TryAddWithoutValidation("X-Own", ["fine", value]);
        var ofBody = new HttpRequestMessage(HttpMethod.Post, "http://h/") { Content = new ByteArrayContent([]) };
        ofBody.Content.Headers.TryAddWithoutValidation("Content-Type", value);

        (await Should.ThrowAsync<InvalidRequestException>(() => SendAsync(request))).Message.ShouldContain("X-Own");
        await Should.ThrowAsync<InvalidRequestException>(() => SendAsync(ofBody));
    }

    [Fact]
    public async Task Sends_characters_outside_ASCII_in_a_header()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "http://h/");
        request.Headers.TryAddWithoutValidation("X-Own", "größer\t✓");

        (await SendAsync(request)).Headers.NonValidated["X-Own"].ToString().ShouldBe("größer\t✓");
    }

    [Fact]
    public void Nothing_in_the_sources_makes_a_transport_beside_it()
    {
        var transports = new Regex(
            @"new (SocketsHttpHandler|HttpClientHandler|WinHttpHandler)\b|new HttpClient\(\)|HttpClient \w+ = new\(\)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
        var sources = new DirectoryInfo(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "src"));

        sources.EnumerateFiles("*.cs", SearchOption.AllDirectories)
            .Where(file => !file.FullName.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => transports.IsMatch(File.ReadAllText(file.FullName)))
            .Select(static file => file.Name)
            .ShouldBe(["ConnectionOptions.cs"]);
    }

    private static async Task<HttpRequestMessage> SendAsync(HttpRequestMessage request)
    {
        using var client = new HttpMessageInvoker(new CheckedHandler(new Recorder()));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.RequestMessage!;
    }

    private sealed class Recorder : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { RequestMessage = request });
    }
}
