using EventGateway.Events;
using EventGateway.Http;
using EventGateway.Tests.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class AnswerContentTests
{
    [Fact]
    public async Task A_read_ends_before_the_caller_learns_that_the_head_could_not_be_sent()
    {
        var exchange = new TestExchange(TestRequests.Of()) { FlushError = new IOException("played") };
        using var timeouts = new RawTimeouts(idle: null, TimeProvider.System);
        timeouts.Begin(new BodyLimits(TimeSpan.FromSeconds(30), "--function-timeout", MinRate: 0), CancellationToken.None);
        var body = new EndingStream();
        using var content = new AnswerContent(new StreamContent(body), exchange.Context.Response, timeouts);
        await using var stream = await content.ReadAsStreamAsync();

        var read = stream.ReadAsync(new byte[10], timeouts.Token);

        body.IsCancelled.ShouldBeTrue();
        read.IsCompleted.ShouldBeFalse();
        body.End.SetResult();
        (await Should.ThrowAsync<IOException>(async () => await read)).Message.ShouldBe("played");
    }

    // A body whose read ends some time after it was cancelled.
    private sealed class EndingStream : MemoryStream
    {
        public bool IsCancelled { get; private set; }

        public TaskCompletionSource End { get; } = new();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await using var registration = cancellationToken.Register(() => IsCancelled = true);
            await End.Task;
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
