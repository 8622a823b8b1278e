namespace EventGateway.Serving;

/// <summary>Limits how many connections to an API are open at once. Safe for concurrent use.</summary>
/// <param name="limit">The maximum number of open connections.</param>
internal sealed class ConnectionQuota(int limit)
{
    private int _open;

    /// <summary>The maximum number of open connections.</summary>
    public int Limit => limit;

    /// <summary>The number of open connections.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Counts a connection that opens. Call <see cref="Leave"/> once for each success.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryEnter()
    {
        // Counts only when there is room: a refused connection must not keep others out.
        var open = Volatile.Read(ref _open);
        while (open < limit)
        {
            var found = Interlocked.CompareExchange(ref _open, open + 1, open);
            if (found == open)
            {
                return true;
            }

            open = found;
        }

        return false;
    }

    /// <summary>Counts a connection that has closed.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
