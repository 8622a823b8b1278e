using Microsoft.Data.Sqlite;

namespace EventGateway.Sqlite.Delivery;

internal sealed partial class StoreWriter
{
    private static readonly TimeSpan _tidyInterval = TimeSpan.FromSeconds(30);

    private bool AreAllCounted()
    {
        foreach (var period in _periods.All)
        {
            if (!period.IsCounted)
            {
                return false;
            }
        }

        return true;
    }

    // Ends a period, and takes one off. A file that can't be counted, or written, keeps the others from neither.
    private bool TryTidy()
    {
        var counted = TryCount();
        var now = _clock.Now();
        var care = _bounds.IsFull(_periods.Current, now) && _periods.TryBeginNext();
        if (_bounds.FindExpired(_periods.All, now) is { } expired)
        {
            _periods.Remove(expired);
            care = true;
        }

        if (care)
        {
            _care();
        }

        return counted;
    }

    // One file at a time, for appends wait meanwhile.
    private bool TryCount()
    {
        var counted = true;
        foreach (var period in _periods.All)
        {
            if (period.IsCounted)
            {
                continue;
            }

            try
            {
                period.CountWaiting();
                return counted;
            }
            catch (SqliteException exception)
            {
                _failures.Report(exception);
                counted = false;
            }
        }

        return counted;
    }
}
