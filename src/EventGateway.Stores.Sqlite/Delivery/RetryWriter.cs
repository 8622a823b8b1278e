namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Makes deliveries due, little by little, because appends wait meanwhile. Must be called on the writer's thread.</summary>
/// <remarks>
/// Only deliveries that are not due are changed. They are neither in memory nor leased, because rows are read up to the present
/// time only. They get places as new rows do, so no reader has passed these.
/// </remarks>
internal sealed class RetryWriter(SegmentWriters writers, GroupWriter group, QueueTable queues, StoreClock clock)
{
    private const int MaxRows = 1000;

    private readonly Queue<RetryOperation> _retries = [];

    /// <summary>How many operations are left.</summary>
    public int Count => _retries.Count;

    /// <summary>Adds an operation.</summary>
    public void Add(RetryOperation retry) => _retries.Enqueue(retry);

    /// <summary>Carries out the next operation.</summary>
    public void RunNext()
    {
        if (!_retries.TryDequeue(out var retry))
        {
            return;
        }

        try
        {
            retry.Complete(retry.Segment.IsRemoved ? Forget(retry) : Run(retry));
        }
        catch (Exception exception)
        {
            retry.Fail(exception);
        }
    }

    /// <summary>Fails all operations, because the store is closed.</summary>
    public void FailAll()
    {
        while (_retries.TryDequeue(out var retry))
        {
            retry.Fail(new ObjectDisposedException(nameof(SqliteDeliveryStore)));
        }
    }

    private static long Forget(RetryOperation retry)
    {
        retry.Left.Clear();
        return 0;
    }

    private long Run(RetryOperation retry)
    {
        var segment = retry.Segment;

        // The end of an attempt that could not be stored may have been committed all the same. It is written again, and deletes
        // the row from where it was.
        if (segment.Damage.IsSet || group.HasCompletions(segment))
        {
            throw new IOException("the file is not written at the moment.");
        }

        var due = new List<(RetriedSubscription Subscription, QueuePosition First)>();
        try
        {
            var now = clock.BeginGroup();
            var writer = writers.Open(segment);
            writer.Begin(now);
            var count = MakeDue(retry, writer, now, due);
            writers.Commit(segment, writer);
            return count;
        }
        catch (Exception exception)
        {
            writers.Fail(segment, exception);
            throw;
        }
        finally
        {
            // After a failure too: it may have been committed all the same.
            due.ForEach(item => queues.Restore(item.Subscription.Subscription, segment, item.Subscription.Number, item.First));
            clock.EndGroup();
        }
    }

    private static long MakeDue(RetryOperation retry, SegmentWriter writer, long now, List<(RetriedSubscription Subscription, QueuePosition First)> due)
    {
        var (count, rows) = (0L, 0);
        while (rows < MaxRows && retry.Left.TryPeek(out var subscription))
        {
            QueuePosition? first = null;
            var found = writer.MakeDue(subscription, retry.Filter, now, MaxRows - rows, ref first);
            if (first is { } position)
            {
                due.Add((subscription, position));
            }

            count += found;
            rows += found + 1;
            if (rows < MaxRows)
            {
                retry.Left.Dequeue();
            }
            else
            {
                subscription.After = now;
            }
        }

        return count;
    }
}
