namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>What the writer is asked to do.</summary>
/// <param name="size">The memory that it holds, in bytes.</param>
internal abstract class Operation(long size)
{
    /// <summary>The memory that it holds, in bytes.</summary>
    public long Size => size;

    /// <summary>Whether someone waits for it.</summary>
    public virtual bool IsUrgent => true;
}
