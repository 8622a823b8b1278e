using System.IO.Pipelines;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Http;

/// <summary>The memory that a body takes follows what has arrived.</summary>
public sealed class RequestBodyTests
{
    private static readonly BodyLimits BodyLimits = new(TimeSpan.FromSeconds(30), "--some-timeout", MinRate: 0);

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(16_384)]
    [InlineData(300_000)]
    public async Task The_memory_follows_the_size_of_the_body(int size)
    {
        var memory = new MemoryBudget(100_000_000);
        using var buffer = Reserve(memory);

        (await ReadAsync(new byte[size], buffer, memory)).ShouldBe(BodyRead.Complete);

        buffer.WrittenCount.ShouldBe(size);
        memory.Held.ShouldBe(RequestBody.CostOf(buffer));
        memory.Held.ShouldBeInRange(4 * size, Math.Max(4096, 8 * size));
    }

    [Fact]
    public async Task A_buffer_that_cannot_grow_gives_back_what_was_reserved_for_it()
    {
        var memory = new MemoryBudget(100_000_000);
        var buffer = new PooledBuffer();
        buffer.Dispose();

        await Should.ThrowAsync<BadHttpRequestException>(async () => await ReadAsync(new byte[5000], buffer, memory));

        memory.Held.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, nameof(BodyRead.Silent))]
    [InlineData(1, nameof(BodyRead.TooSlow))]
    public async Task A_body_that_stops_is_given_up(int minRate, string expected)
    {
        var clock = new FakeTimeProvider();
        var pipe = new Pipe();
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(pipe.Reader));
        using var buffer = new PooledBuffer();

        var reading = RequestBody.ReadAsync(
            context.Request, buffer, 1_000_000, memory: null, BodyLimits with { MinRate = minRate }, clock, TestContext.Current.CancellationToken).AsTask();
        await pipe.Writer.WriteAsync(new byte[10], TestContext.Current.CancellationToken);
        clock.Advance(BodyPace.Grace - TimeSpan.FromSeconds(1));
        reading.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(60));

        (await reading).ToString().ShouldBe(expected);
    }

    private static PooledBuffer Reserve(MemoryBudget memory)
    {
        var buffer = new PooledBuffer();
        memory.TryReserve(RequestBody.CostOf(buffer)).ShouldBeTrue();
        return buffer;
    }

    private static async Task<BodyRead> ReadAsync(byte[] body, PooledBuffer buffer, MemoryBudget memory)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(body, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        var context = new DefaultHttpContext();
        context.Features.Set<IRequestBodyPipeFeature>(new PipeFeature(pipe.Reader));
        return await RequestBody.ReadAsync(context.Request, buffer, 1_000_000, memory, BodyLimits, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private sealed class PipeFeature(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
