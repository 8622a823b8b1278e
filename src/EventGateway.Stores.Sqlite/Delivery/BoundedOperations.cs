namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A queue of operations, bounded by number and bytes. Not safe for concurrent use.</summary>
internal sealed class BoundedOperations(DeliveryStoreSettings settings)
{
    private readonly Queue<Operation> _operations = [];
    private long _bytes;

    /// <summary>How many there are.</summary>
    public int Count => _operations.Count;

    /// <summary>How many of them have a caller that waits.</summary>
    public int Urgent { get; private set; }

    /// <summary>Whether there is no room.</summary>
    public bool IsFull => _operations.Count >= settings.QueueLength || _bytes >= settings.QueueBytes;

    /// <summary>Adds an operation. The caller checks <see cref="IsFull"/> before.</summary>
    public void Add(Operation operation)
    {
        _operations.Enqueue(operation);
        _bytes += operation.Size;
        Urgent += operation.IsUrgent ? 1 : 0;
    }

    /// <summary>Takes as many as go into one transaction.</summary>
    public void Take(List<Operation> into)
    {
        var (taken, bytes) = (0, 0L);
        while (taken < settings.GroupLength && bytes < settings.GroupBytes && _operations.TryDequeue(out var operation))
        {
            into.Add(operation);
            taken++;
            bytes += operation.Size;
            Urgent -= operation.IsUrgent ? 1 : 0;
        }

        _bytes -= bytes;
    }
}
