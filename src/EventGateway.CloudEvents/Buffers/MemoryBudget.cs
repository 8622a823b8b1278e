namespace EventGateway.CloudEvents.Buffers;

/// <summary>Bounds how much memory is held at once by what is read from outside. Safe for concurrent use.</summary>
/// <param name="limit">The most that may be held, in bytes.</param>
public sealed class MemoryBudget(long limit)
{
    private const long Small = 64 * 1024;
    private long _held;

    /// <summary>The most that may be held, in bytes.</summary>
    public long Limit => limit;

    /// <summary>How much is held, in bytes.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Takes a part of the budget. A quarter is for small parts alone, so that large ones do not keep them out.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>Whether there was room. Each success is matched by one <see cref="Release"/>.</returns>
    public bool TryReserve(long bytes)
    {
        // Adds nothing before there is room: a part that is refused must not keep others out meanwhile.
        var most = bytes <= Small ? limit : limit - (limit / 4);
        var held = Volatile.Read(ref _held);
        while (held + bytes <= most)
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

    /// <summary>Gives a part back.</summary>
    /// <param name="bytes">How much.</param>
    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
