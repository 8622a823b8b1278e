using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Writes the file of dead letters: stores them, deletes them, and notes the time there. A delivery is pending until its dead
/// letter is on disk. Its row is deleted after that, so a crash between the two cannot lose the event. Must be called on the
/// writer's thread.
/// </summary>
internal sealed class PendingDeadLetters(
    DeadLetters letters, StoreClock clock, DeliveryStoreSettings settings, FailureLog failures, Action wakeMaintenance) : IDisposable
{
    private const long NoteIntervalMicroseconds = 30_000_000;

    private readonly List<CompleteOperation> _pending = [];
    private readonly List<DeleteDeadLettersOperation> _deletions = [];
    private DeadLetterWriter? _writer;
    private long _retryAt;
    private long _notedAt = clock.Now();

    /// <summary>How many dead letters are not stored yet.</summary>
    public int Count => _pending.Count;

    /// <summary>Adds a delivery that becomes a dead letter.</summary>
    public void Add(CompleteOperation completion) => _pending.Add(completion);

    /// <summary>Adds a deletion.</summary>
    public void Add(DeleteDeadLettersOperation deletion) => _deletions.Add(deletion);

    /// <summary>Stores the pending dead letters, and makes the deletions. Waits a while after a failure.</summary>
    /// <returns>The completions whose dead letters are on disk now.</returns>
    public IReadOnlyList<CompleteOperation> Write()
    {
        if (letters.Damage.IsSet)
        {
            FailDeletions(new IOException("The file of dead letters is damaged. Its readable part is being saved."));
            return [];
        }

        if (_deletions.Count == 0 && (_pending.Count == 0 || Environment.TickCount64 < _retryAt))
        {
            return [];
        }

        CompleteOperation[] stored = [];
        try
        {
            _writer ??= new DeadLetterWriter(letters.File);
            settings.Committing?.Invoke();
            if (_pending.Count > 0)
            {
                var now = clock.ToWall(clock.Now());
                _writer.Add(_pending, now);
                _pending.ForEach(static completion => completion.IsPendingDeadLetter = false);
                stored = [.. _pending];
                _pending.Clear();
                Report(stored, UnixMicroseconds.ToTime(now));
            }

            foreach (var deletion in _deletions)
            {
                deletion.Complete(_writer.Delete(deletion.Numbers));
            }

            _deletions.Clear();
        }
        catch (Exception exception)
        {
            if (!letters.Damage.TryReport(exception))
            {
                failures.Report(exception, 0, _pending.Count);
            }

            _retryAt = Environment.TickCount64 + (long)settings.FailureDelay.TotalMilliseconds;
            Dispose();
            FailDeletions(exception);
        }

        return stored;
    }

    /// <summary>Closes the file when it is damaged, because only a closed file can be repaired.</summary>
    public void ReleaseDamaged()
    {
        if (letters.Damage is { IsSet: true, IsReleased: false })
        {
            Dispose();
            letters.Damage.IsReleased = true;
            wakeMaintenance();
        }
    }

    /// <summary>
    /// Notes the time now and then, so that the store's time goes on from there after a restart. Only when something was
    /// stored since: an idle store does not write.
    /// </summary>
    /// <param name="storedAt">When something was stored last.</param>
    /// <param name="force">Whether to note it even if the last time is recent.</param>
    public void NoteClock(long storedAt, bool force = false)
    {
        var now = clock.Now();
        if (letters.Damage.IsSet || storedAt <= _notedAt || (!force && now - _notedAt < NoteIntervalMicroseconds))
        {
            return;
        }

        try
        {
            _writer ??= new DeadLetterWriter(letters.File);
            _writer.NoteClock(now);
        }
        catch (SqliteException exception)
        {
            if (!letters.Damage.TryReport(exception))
            {
                failures.Report(exception);
            }

            Dispose();
        }

        // After a failure too: a full disk is tried again when the next note is due.
        _notedAt = now;
    }

    /// <summary>Closes the file. The next use opens it again.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void Report(CompleteOperation[] stored, DateTimeOffset now)
    {
        if (letters.Stored is not { } report)
        {
            return;
        }

        foreach (var completion in stored)
        {
            var (delivery, verdict) = (completion.Delivery, completion.Verdict);
            var letter = new DeadLetter
            {
                Id = DeadLetters.IdOf(completion.DeadLetter),
                Subscription = delivery.Subscription,
                EventId = delivery.EventId,
                EventType = delivery.EventType,
                AcceptedAt = delivery.AcceptedAt,
                DiedAt = now,
                Attempts = delivery.Attempts + (verdict.Attempt is null ? 0 : 1),
                Reason = verdict.Reason ?? "",
                Status = verdict.Attempt?.Status,
                Error = verdict.Attempt?.Error,
                Event = delivery.Payload.Body,
                IsDamaged = delivery.IsDamaged,
            };
            report(letter, verdict.Attempt);
        }
    }

    private void FailDeletions(Exception exception)
    {
        _deletions.ForEach(deletion => deletion.TryFail(exception));
        _deletions.Clear();
    }
}
