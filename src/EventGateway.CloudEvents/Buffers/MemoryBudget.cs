namespace EventGateway.CloudEvents.Buffers;

/// <summary>Limits the memory for input from outside, such as request bodies. Safe for concurrent use.</summary>
/// <param name="limit">The maximum number of reserved bytes.</param>
public sealed class MemoryBudget(long limit)
{
    private const long Small = 64 * 1024;
    private long _held;

    /// <summary>The maximum number of reserved bytes.</summary>
    public long Limit => limit;

    /// <summary>The number of reserved bytes.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Reserves memory. A quarter of the budget is only for amounts up to 64 KiB, so that large inputs do not block small ones.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <returns>Whether there was room. After a success, call <see cref="Release"/> once with the same number.</returns>
    public bool TryReserve(long bytes)
    {
        // Adds only when there is room: a refused reservation must not keep others out.
        var max = bytes <= Small ? limit : limit - (limit / 4);
        var held = Volatile.Read(ref _held);
        while (held + bytes <= max)
        {
            var found = Interlocked.CompareExchange(ref _held, held + bytes, held);
            if (found == held)
            {
                return true;
            }

            held = found;
        }

        return false;
    }

    /// <summary>Releases memory.</summary>
    /// <param name="bytes">The number of bytes.</param>
    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
