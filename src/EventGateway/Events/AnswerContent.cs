using System.Net;

namespace EventGateway.Events;

/// <summary>
/// The body of a raw answer. When it is not there yet, the head of the answer is sent without it: some senders wait for the head
/// alone, and the first event of a stream may come much later. Otherwise head and body leave together, in one write.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="response">The response to the sender.</param>
/// <param name="timeouts">The timeouts of the call.</param>
internal sealed class AnswerContent(HttpContent inner, HttpResponse response, RawTimeouts timeouts) : HttpContent
{
    /// <inheritdoc/>
    protected override Task<Stream> CreateContentReadStreamAsync() => CreateContentReadStreamAsync(CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new AnswerStream(await inner.ReadAsStreamAsync(cancellationToken), response, timeouts);

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream, context);

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class AnswerStream(Stream inner, HttpResponse response, RawTimeouts timeouts) : ForwardedStream(inner)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Inner.ReadAsync(buffer, cancellationToken);
            return read.IsCompleted ? read : WaitAsync(read, cancellationToken);
        }

        private async ValueTask<int> WaitAsync(ValueTask<int> read, CancellationToken cancellationToken)
        {
            timeouts.WaitForAnswer();
            if (!response.HasStarted)
            {
                await SendHeadAsync(read, cancellationToken);
            }

            var bytes = await read;
            timeouts.AnswerCame();
            return bytes;
        }

        private async Task SendHeadAsync(ValueTask<int> read, CancellationToken cancellationToken)
        {
            try
            {
                await response.Body.FlushAsync(cancellationToken);
            }
            catch
            {
                // The read may still write into the caller's buffer, so it must end before the caller goes on.
                timeouts.EndCall();
                await ((Task)read.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }
    }
}
