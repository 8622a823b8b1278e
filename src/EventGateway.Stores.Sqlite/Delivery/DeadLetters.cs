using System.Globalization;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The dead letters of a store, in a file of their own. Safe for concurrent use.</summary>
internal sealed class DeadLetters(string directory, OperationQueue operations, TimeProvider timeProvider, DamagedEvents damagedEvents) : IDeadLetterStore, IDisposable
{
    private const int ChunkLength = 128;
    private const long ChunkBytes = 4 * 1024 * 1024;

    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _changing = new(1);
    private DeadLetterReader? _reader;
    private StoreFiles? _files;

    /// <summary>The file.</summary>
    public DeliveryFile File { get; } = new(Path.Combine(directory, "dead-letters.db"), DeadLetterSchema.Schema);

    /// <summary>Whether the file was found damaged while it was in use.</summary>
    public DamageMark Damage { get; } = new();

    /// <summary>Whether every page of the file was checked when it was opened.</summary>
    public bool IsChecked { get; private set; }

    /// <inheritdoc/>
    public Action<DeadLetter, DeliveryAttempt?>? Stored { get; set; }

    /// <summary>The id of a number.</summary>
    public static string IdOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of an id, or of a cursor. Null when the text is not a number.</summary>
    public static long? NumberOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Makes the file ready.</summary>
    /// <param name="files">Checks the file, and lists it.</param>
    /// <returns>How often the store has been opened, this time included, and the earliest time at which its clock may start.</returns>
    public (long Opened, long Clock) Open(StoreFiles files)
    {
        _files = files;
        files.Open(File);
        IsChecked = files.IsChecked(File);
        using var connection = File.OpenWriter();
        using var open = new Statement(connection, "UPDATE state SET opened = opened + 1, clock = max(clock, ?) RETURNING opened, clock");
        open.Bind(1, UnixMicroseconds.Of(SteadyTimeProvider.Of(timeProvider).GetUtcNow()));
        open.Step();
        var result = (open.Long(0), open.Long(1));
        open.Step();
        return result;
    }

    /// <summary>Notes how often the store has been opened, where the file does not know.</summary>
    public void SetOpened(long opened)
    {
        using var connection = File.OpenWriter();
        using var set = new Statement(connection, "UPDATE state SET opened = ?");
        set.Bind(1, opened).Run();
    }

    /// <summary>Repairs the damaged file, which the writer has released: replaces it by a copy of its readable rows.</summary>
    public void Repair()
    {
        _reading.Wait();
        try
        {
            _reader?.Dispose();
            _reader = null;
            _files!.Repair(File, Damage.Reason ?? "");
            _files.Open(File);
            Damage.Clear();
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var from = cursor is null ? long.MaxValue : NumberOf(cursor) ?? 0;
        var (letters, next) = await ReadAsync(filter, from, limit, long.MaxValue, cancellationToken);
        return new Page<DeadLetter>([.. letters.Select(item => item.Letter)], next is { } number ? IdOf(number) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<DeadLetter?> FindAsync(string space, string deadLetterId, CancellationToken cancellationToken)
    {
        var filter = new DeadLetterFilter { Space = space, DeadLetterId = deadLetterId };
        var (letters, _) = await ReadAsync(filter, long.MaxValue, 1, long.MaxValue, cancellationToken);
        return letters is [var (letter, _)] ? letter : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Redelivery> RedeliverAsync(
        DeadLetterFilter filter, Func<SubscriptionKey, bool> hasRoute, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hasRoute);
        var subscriptions = new HashSet<SubscriptionKey>();
        var count = 0;
        var isFull = false;
        try
        {
            await ChangeAsync(
                filter,
                item => !hasRoute(item.Letter.Subscription) || IsDamaged(item),
                async letters =>
                {
                    var append = AppendOperation.Of([.. letters.Select(ToEvent)]);
                    if (!operations.TryAdd(append) || !(await append.Answered).IsAccepted)
                    {
                        isFull = true;
                        return false;
                    }

                    subscriptions.UnionWith(letters.Select(item => item.Letter.Subscription));
                    count += letters.Count;
                    return true;
                },
                cancellationToken);
        }
        catch (Exception exception) when (count > 0 && exception is IOException or OperationCanceledException)
        {
            // The caller must learn which deliveries were accepted, because it starts them.
        }

        return new Redelivery(count, subscriptions) { IsFull = isFull };
    }

    /// <inheritdoc/>
    public async ValueTask<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken) =>
        await ChangeAsync(filter, static _ => false, static _ => Task.FromResult(true), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reading.Dispose();
        _changing.Dispose();
    }

    // Passes the present dead letters to the step, newest first, and deletes those that it accepted. One caller at a time,
    // because two would deliver the same dead letters twice.
    private async Task<int> ChangeAsync(
        DeadLetterFilter filter,
        Predicate<(DeadLetter Letter, CloudEventFormat Format)> isLeft,
        Func<List<(DeadLetter Letter, CloudEventFormat Format)>, Task<bool>> step,
        CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var changed = 0;
            for (long? from = long.MaxValue; from is { } number;)
            {
                (var letters, from) = await ReadAsync(filter, number, ChunkLength, ChunkBytes, cancellationToken);
                if (letters.RemoveAll(isLeft) > 0 && letters.Count == 0)
                {
                    continue;
                }

                if (letters.Count == 0 || !await step(letters))
                {
                    break;
                }

                var delete = new DeleteDeadLettersOperation([.. letters.Select(item => NumberOf(item.Letter.Id)!.Value)]);
                await operations.AddAsync(delete, CancellationToken.None);
                changed += await delete.Deleted;
            }

            return changed;
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<(List<(DeadLetter Letter, CloudEventFormat Format)> Letters, long? Next)> ReadAsync(
        DeadLetterFilter filter, long from, int limit, long bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Damage.IsSet)
            {
                throw new IOException("Dead letters cannot be read now: their file is damaged. Its readable part is being saved.");
            }

            _reader ??= new DeadLetterReader(File);
            return (_reader.Read(filter, from, limit, bytes, out var next), next);
        }
        catch (SqliteException exception)
        {
            Damage.TryReport(exception);
            throw new IOException($"Dead letters cannot be read now: {exception.Message}", exception);
        }
        finally
        {
            _reading.Release();
        }
    }

    private bool IsDamaged((DeadLetter Letter, CloudEventFormat Format) item)
    {
        if (item.Letter.IsDamaged)
        {
            damagedEvents.Report(File.Path, item.Letter.EventId);
        }

        return item.Letter.IsDamaged;
    }

    // The event counts as accepted now, so its age starts again.
    private StoredEvent ToEvent((DeadLetter Letter, CloudEventFormat Format) item)
    {
        var (letter, format) = item;
        var @event = CloudEventReader.ReadStored(letter.Event).Event;
        var stored = new StoredEvent
        {
            Space = letter.Subscription.Space,
            Id = letter.EventId,
            Type = letter.EventType,
            Source = @event?.Source ?? "",
            Time = @event?.Time,
            Format = format,
            Payload = SegmentReader.PayloadOf(letter.Event, format),
            AcceptedAt = timeProvider.GetUtcNow(),
            ClockAhead = SteadyTimeProvider.Of(timeProvider).ClockAhead,
            Cause = DeliveryCause.Redelivered,
            Checksum = EventChecksum.Of(letter.EventId, letter.EventType, format, letter.Event.Span),
        };
        stored.Add(letter.Subscription);
        return stored;
    }
}
