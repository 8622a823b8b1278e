namespace EventGateway.Events;

/// <summary>The body of a raw request, whose sender may be silent only for a while.</summary>
/// <param name="inner">The body.</param>
/// <param name="timeouts">The timeouts of the call.</param>
internal sealed class UploadStream(Stream inner, RawTimeouts timeouts) : ForwardedStream(inner)
{
    private readonly int _call = timeouts.Call;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            return WaitAsync(read);
        }

        var bytes = read.Result;
        timeouts.SenderSent(_call, bytes, hasWaited: false);
        return ValueTask.FromResult(bytes);
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        timeouts.WaitForSender(_call);
        var bytes = await read;
        timeouts.SenderSent(_call, bytes, hasWaited: true);
        return bytes;
    }
}
