using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

// Leases deliveries: first from memory, then from the files.
public sealed partial class SqliteDeliveryStore
{
    /// <inheritdoc/>
    public ValueTask<Lease> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into, CancellationToken cancellationToken)
    {
        var taken = _queues.Take(subscription, into.Span);
        return taken == into.Length ? ValueTask.FromResult(new Lease(taken)) : ReadAsync(subscription, into, taken, long.MaxValue, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Lease> LeaseOverdueAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, DateTimeOffset dueBy, CancellationToken cancellationToken)
    {
        var latest = _clock.FromSteady(dueBy);
        var taken = _queues.Take(subscription, into.Span, latest, out var nextDue);
        return taken == into.Length ? ValueTask.FromResult(new Lease(taken))
            : nextDue is { } due ? ValueTask.FromResult(new Lease(taken, _clock.ToSteady(due)))
            : ReadAsync(subscription, into, taken, latest, cancellationToken);
    }

    private async ValueTask<Lease> ReadAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, int taken, long dueBy, CancellationToken cancellationToken)
    {
        while (taken < into.Length)
        {
            var horizon = _clock.Horizon(out var now);
            if (dueBy < now && new QueuePosition(dueBy + 1, 0) < horizon)
            {
                (horizon, now) = (new QueuePosition(dueBy + 1, 0), dueBy);
            }

            if (_queues.BeginRead(subscription, horizon, now, into.Length - taken, out var nextDue) is not { } range)
            {
                return new Lease(taken, nextDue is { } due ? _clock.ToSteady(due) : null);
            }

            // The file is being repaired, which does not take long.
            if (range.Segment.Damage.IsSet)
            {
                _queues.EndRead(subscription, range, [], range.From);
                return new Lease(taken, _steady.GetUtcNow() + RetryDelay);
            }

            var rows = new List<SqliteDelivery>();
            try
            {
                var next = await range.Segment.ReadAsync(subscription, range, rows, cancellationToken);
                ReportDamaged(range.Segment, rows);
                _queues.EndRead(subscription, range, rows, next);
            }
            catch (Exception exception) when (range.Segment.Damage.TryReport(exception) || taken > 0)
            {
                // Deliveries that were taken must be leased. The others are read again.
                _queues.EndRead(subscription, range, [], range.From);
                return new Lease(taken, _steady.GetUtcNow() + RetryDelay);
            }
            catch
            {
                _queues.EndRead(subscription, range, [], range.From);
                throw;
            }
            finally
            {
                _readers.Note(range.Segment);
            }

            taken += _queues.Take(subscription, into.Span[taken..]);
        }

        return new Lease(taken);
    }

    private void ReportDamaged(Segment segment, List<SqliteDelivery> rows)
    {
        foreach (var row in rows)
        {
            if (row.IsDamaged)
            {
                _damagedEvents.Report(segment.File.Path, row.EventId);
            }
        }
    }
}
