using EventGateway.Tests.Http;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class RequestBodiesTests
{
    [Theory]
    [InlineData("text/plain", 200)]
    [InlineData("text/plain; charset=utf-8", 200)]
    [InlineData("application/octet-stream; charset=windows-1252", 200)]
    [InlineData("text/plain; charset=windows-1252", 503)]
    [InlineData("application/json; charset=utf-16le", 503)]
    public async Task The_conversion_to_UTF8_counts_in_the_memory_for_requests(string contentType, int status)
    {
        await using var gateway = await EventsFixture.StartAsync(memory: 32_000_000);
        await gateway.PlayAsync("f", "{}");
        await gateway.SubscribeAsync("sync", "f", "http.request");
        var large = Enumerable.Repeat((byte)'a', 1_000_000).ToArray();

        for (var i = 0; i < 3; i++)
        {
            (await SendAsync(large)).ShouldBe(status);
            (await SendAsync(Coded.With(large, "gzip"), "gzip")).ShouldBe(status);
            (await SendAsync(large[..100_000])).ShouldBe(200);
        }

        async Task<int> SendAsync(byte[] body, string? coding = null)
        {
            var request = TestRequests.Of(headers: ("Content-Type", contentType));
            request.Headers.ContentEncoding = coding;
            request.ContentLength = body.Length;
            return (await gateway.SendAsync(new TestExchange(request, new MemoryStream(body)))).Status;
        }
    }
}
