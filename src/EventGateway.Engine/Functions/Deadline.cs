namespace EventGateway.Engine.Functions;

/// <summary>Ends a call after a time, or when calls are cut off.</summary>
internal sealed class Deadline : CancellationTokenSource
{
    private readonly CancellationTokenRegistration _cutOff;

    public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken cutOff)
        : base(timeout, timeProvider) =>
        _cutOff = cutOff.UnsafeRegister(static deadline => ((Deadline)deadline!).Cancel(), this);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Waits for a cancellation that is under way, because it must not use a disposed source.
        _cutOff.Dispose();
        base.Dispose(disposing);
    }
}
