using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Events.Access;

/// <summary>Counts the bytes of the body of a response.</summary>
/// <param name="inner">The body that is counted.</param>
/// <param name="stream">Counts what is written to its stream.</param>
internal sealed class CountedResponse(IHttpResponseBodyFeature inner, CountingStream stream) : IHttpResponseBodyFeature
{
    private readonly CountingWriter _writer = new(inner.Writer);

    /// <summary>The number of bytes so far.</summary>
    public long Count => stream.Count + _writer.Count;

    /// <inheritdoc/>
    public Stream Stream => stream;

    /// <inheritdoc/>
    public PipeWriter Writer => _writer;

    /// <inheritdoc/>
    public void DisableBuffering() => inner.DisableBuffering();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(stream, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public Task CompleteAsync() => inner.CompleteAsync();

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public long Count { get; private set; }

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            inner.Advance(bytes);
            Count += bytes;
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
