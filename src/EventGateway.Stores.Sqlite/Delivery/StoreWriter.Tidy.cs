using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

internal sealed partial class StoreWriter
{
    private static readonly TimeSpan TidyInterval = TimeSpan.FromSeconds(30);
    private static readonly long TidyMicroseconds = TidyInterval.Ticks / TimeSpan.TicksPerMicrosecond;

    // A damaged file takes nothing more until it is mended, which needs it closed: what is accepted goes to another.
    private void ReleaseDamaged()
    {
        var changed = false;
        foreach (var segment in _segments.All)
        {
            if (segment.Damage is { IsSet: true, IsReleased: false } damage && (segment != _segments.Current || _segments.TryBeginNext()))
            {
                segment.Writer?.Dispose();
                segment.Writer = null;
                segment.IsCounted = false;
                damage.IsReleased = true;
                changed = true;
            }
        }

        if (_letters.Damage is { IsSet: true, IsReleased: false })
        {
            _deadLetters?.Dispose();
            _deadLetters = null;
            _letters.Damage.IsReleased = true;
            changed = true;
        }

        if (changed || _segments.Current.Damage.IsSet)
        {
            _wakeMaintenance();
        }
    }

    private bool AreAllCounted()
    {
        foreach (var segment in _segments.All)
        {
            if (!segment.IsCounted)
            {
                return false;
            }
        }

        return true;
    }

    // Ends a segment, and takes one off. A file that can't be counted, or written, keeps the others from neither.
    private bool TryTidy()
    {
        var counted = TryCount();
        var now = _clock.Now();
        var changed = _bounds.IsFull(_segments.Current, now) && _segments.TryBeginNext();
        if (_bounds.FindExpired(_segments.All, now) is { } expired)
        {
            _segments.Remove(expired);
            changed = true;
        }

        if (changed)
        {
            _wakeMaintenance();
        }

        CloseWriters(now);
        NoteClock();
        return counted;
    }

    // Files that take no more events. Deliveries of one file end at about the same time, so few are written at once.
    private void CloseWriters(long now)
    {
        while (true)
        {
            var open = 0;
            Segment? oldest = null;
            foreach (var segment in _segments.All)
            {
                if (segment.Writer is { } writer && segment != _segments.Current)
                {
                    open++;
                    oldest = oldest is null || writer.UsedAt < oldest.Writer!.UsedAt ? segment : oldest;
                }
            }

            if (oldest is null || (open <= _settings.OpenFiles && now - oldest.Writer!.UsedAt < TidyMicroseconds))
            {
                return;
            }

            oldest.Writer!.KeepLog();
            oldest.Writer.Dispose();
            oldest.Writer = null;
        }
    }

    // Only when something was stored, so that an idle store leaves the disk alone.
    private void NoteClock(bool atOnce = false)
    {
        var now = _clock.Now();
        if (_letters.Damage.IsSet || _storedAt <= _notedAt || (!atOnce && now - _notedAt < TidyMicroseconds))
        {
            return;
        }

        try
        {
            _deadLetters ??= new DeadLetterWriter(_letters.File);
            _deadLetters.NoteClock(now);
        }
        catch (SqliteException exception)
        {
            if (!_letters.Damage.TryReport(exception))
            {
                _failures.Report(exception);
            }

            _deadLetters?.Dispose();
            _deadLetters = null;
        }

        // A disk that takes nothing is asked again when the next one is due.
        _notedAt = now;
    }

    // One file at a time, for appends wait meanwhile.
    private bool TryCount()
    {
        var counted = true;
        foreach (var segment in _segments.All)
        {
            if (segment.IsCounted)
            {
                continue;
            }

            if (segment.Damage.IsSet)
            {
                counted = false;
                continue;
            }

            try
            {
                segment.CountWaiting();
                return counted;
            }
            catch (SqliteException exception)
            {
                if (!segment.Damage.TryReport(exception))
                {
                    _failures.Report(exception);
                }

                counted = false;
            }
        }

        return counted;
    }
}
