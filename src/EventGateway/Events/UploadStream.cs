namespace EventGateway.Events;

/// <summary>The body of a raw request, whose sender may be silent only for a while.</summary>
/// <param name="inner">The body.</param>
/// <param name="timeouts">The timeouts of the call.</param>
internal sealed class UploadStream(Stream inner, RawTimeouts timeouts) : ForwardedStream(inner)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return WaitAsync(read);
        }

        var bytes = read.Result;
        timeouts.SenderSent(bytes, hasWaited: false);
        return ValueTask.FromResult(bytes);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        timeouts.WaitForSender();
        var bytes = await read;
        timeouts.SenderSent(bytes, hasWaited: true);
        return bytes;
    }
}
