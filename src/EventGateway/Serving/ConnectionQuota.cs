namespace EventGateway.Serving;

/// <summary>Bounds how many connections to an API are open at once. Safe for concurrent use.</summary>
/// <param name="limit">The most that may be open.</param>
internal sealed class ConnectionQuota(int limit)
{
    private int _open;

    /// <summary>The most that may be open.</summary>
    public int Limit => limit;

    /// <summary>How many are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Counts a connection that opens. Each success is matched by one <see cref="Leave"/>.</summary>
    /// <returns>Whether there is room.</returns>
    public bool TryEnter()
    {
        // Counts nothing before there is room: a connection that is refused must not keep others out meanwhile.
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
