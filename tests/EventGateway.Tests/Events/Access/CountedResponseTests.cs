using EventGateway.Events.Access;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events.Access;

public sealed class CountedResponseTests
{
    [Fact]
    public async Task Counts_what_is_written_to_the_stream_and_to_the_writer()
    {
        using var body = new MemoryStream();
        var inner = new StreamResponseBodyFeature(body);
        var counted = new CountedResponse(inner, new CountingStream(inner.Stream));

        await counted.Stream.WriteAsync(new byte[5], TestContext.Current.CancellationToken);
        counted.Stream.Write(new byte[2], 0, 2);
        counted.Writer.GetSpan(3);
        counted.Writer.Advance(3);
        await counted.Writer.WriteAsync(new byte[4], TestContext.Current.CancellationToken);
        await counted.CompleteAsync();

        counted.Count.ShouldBe(14);
        body.Length.ShouldBe(14);
    }

    [Fact]
    public async Task Counts_what_is_read()
    {
        await using var stream = new CountingStream(new MemoryStream(new byte[10]));

        (await stream.ReadAsync(new byte[4], TestContext.Current.CancellationToken)).ShouldBe(4);
        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);

        stream.Count.ShouldBe(10);
    }
}
