using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Marks a file that was found damaged while it was in use. The store does not read or write it until it is repaired. Safe for
/// concurrent use.
/// </summary>
internal sealed class DamageMark
{
    private string? _reason;
    private volatile bool _isReleased;

    /// <summary>Called when damage is found, on the thread that found it.</summary>
    public Action? Found { get; set; }

    /// <summary>The damage. Null when none is known.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>Whether the file is damaged.</summary>
    public bool IsSet => Reason is not null;

    /// <summary>Whether the writer has closed the damaged file and will not open it before it is repaired.</summary>
    public bool IsReleased
    {
        get => _isReleased;
        set => _isReleased = value;
    }

    /// <summary>Notes damage. Only the first finding counts.</summary>
    public void Report(string reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            Found?.Invoke();
        }
    }

    /// <summary>Notes damage when an exception reports it.</summary>
    /// <returns>Whether the exception reports damage.</returns>
    public bool TryReport(Exception exception)
    {
        if (!FileCheck.IsDamage(exception))
        {
            return false;
        }

        Report(exception.Message);
        return true;
    }

    /// <summary>Notes that the file is repaired.</summary>
    public void Clear()
    {
        _isReleased = false;
        Volatile.Write(ref _reason, null);
    }
}
