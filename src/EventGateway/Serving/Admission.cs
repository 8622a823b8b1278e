namespace EventGateway.Serving;

/// <summary>Decides whether new events are admitted.</summary>
/// <param name="heap">Watches the heap.</param>
/// <param name="threads">Watches the thread pool.</param>
internal sealed class Admission(HeapGuard heap, ThreadGuard threads)
{
    /// <summary>Why new events are refused: <see cref="Overload.Heap"/> or <see cref="Overload.Threads"/>. Null when they are admitted.</summary>
    public string? Refusal => heap.RefusesEvents ? Overload.Heap : threads.RefusesEvents ? Overload.Threads : null;
}
