namespace EventGateway.Serving;

/// <summary>Says whether new events are served.</summary>
/// <param name="heap">Watches the memory.</param>
/// <param name="threads">Watches the thread pool.</param>
internal sealed class Admission(HeapGuard heap, ThreadGuard threads)
{
    /// <summary>Why new events are refused: <see cref="Overload.Heap"/> or <see cref="Overload.Threads"/>. Null: they are served.</summary>
    public string? Refusal => heap.RefusesEvents ? Overload.Heap : threads.RefusesEvents ? Overload.Threads : null;
}
