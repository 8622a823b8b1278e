namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A request to the writer.</summary>
/// <param name="size">The memory that it holds, in bytes.</param>
internal abstract class Operation(long size)
{
    /// <summary>The memory that it holds, in bytes.</summary>
    public long Size => size;

    /// <summary>Whether a caller waits for it.</summary>
    public virtual bool IsUrgent => true;
}
