using EventGateway.Core.Functions;

namespace EventGateway.Aws.Batching;

/// <summary>
/// Sends what concurrent callers of one function want sent in as few calls as possible: while a call is under way, the
/// next records gather. Nothing waits for company: where no call is under way, a record goes at once, with those alone
/// whose callers were ready to run as well.
/// </summary>
/// <param name="limits">How much one call may carry.</param>
/// <param name="sender">Makes the calls.</param>
internal sealed class Batcher(BatchLimits limits, IBatchSender sender) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingRecord> _waiting = new();
    private long _waitingBytes;
    private int _underWay;
    private bool _scheduled;

    /// <summary>Sends a record, with others if there are others.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes; the others are not touched by that.</param>
    /// <returns>What became of it.</returns>
    public async ValueTask<BatchItem> SendAsync(BatchRecord record, CancellationToken cancellationToken)
    {
        var pending = new PendingRecord(record);
        lock (_lock)
        {
            _waiting.Enqueue(pending);
            _waitingBytes += record.Size;
        }

        Begin();
        await using var gone = cancellationToken.UnsafeRegister(
            static (state, token) => ((PendingRecord)state!).GiveUp(token), pending);
        return await pending.Outcome;
    }

    /// <summary>Begins the calls that may begin.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            _scheduled = false;
        }

        while (Next() is { } records)
        {
            _ = RunAsync(records);
        }
    }

    // Behind what is ready to run: callers that the end of one call has woken share the next, where the first of them
    // would else go alone.
    private void Begin()
    {
        lock (_lock)
        {
            if (_scheduled || !MayCall)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool MayCall =>
        _waiting.Count > 0
        && _underWay < limits.Calls
        && (_underWay == 0 || _waiting.Count >= limits.Records || _waitingBytes >= limits.Bytes);

    private List<PendingRecord>? Next()
    {
        lock (_lock)
        {
            if (!MayCall)
            {
                return null;
            }

            var records = new List<PendingRecord>(Math.Min(limits.Records, _waiting.Count));
            var bytes = 0L;
            while (records.Count < limits.Records && _waiting.TryPeek(out var next))
            {
                if (!next.IsDecided)
                {
                    if (records.Count > 0 && bytes + next.Record.Size > limits.Bytes)
                    {
                        break;
                    }

                    bytes += next.Record.Size;
                    records.Add(next);
                }

                _waiting.Dequeue();
                _waitingBytes -= next.Record.Size;
            }

            if (records.Count == 0)
            {
                return null;
            }

            _underWay++;
            return records;
        }
    }

    private async Task RunAsync(List<PendingRecord> records)
    {
        await CallAsync(records);
        lock (_lock)
        {
            _underWay--;
        }

        Begin();
    }

    /// <summary>Makes a call and tells every caller its outcome. Never throws.</summary>
    private async Task CallAsync(List<PendingRecord> records)
    {
        using var call = new BatchCall(records);
        foreach (var record in records)
        {
            record.Board(call);
        }

        BatchItem[] items;
        try
        {
            items = await sender.SendAsync(records.ConvertAll(static pending => pending.Record), call.Abandoned);
        }
        catch (OperationCanceledException) when (call.Abandoned.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            // A sender reports failures as outcomes, so this is a bug in one; its callers must not wait for ever.
            var failure = new BatchItem(new FunctionResult(FunctionOutcome.Retryable) { Error = $"The function provider failed: {exception}" }, null);
            items = [.. Enumerable.Repeat(failure, records.Count)];
        }

        var alone = new List<PendingRecord>();
        for (var i = 0; i < records.Count; i++)
        {
            // What refuses a whole call for good may be one record of it: the others must not pay for that.
            if (items[i].Failure?.Outcome is FunctionOutcome.Permanent && records.Count > 1 && !records[i].IsDecided)
            {
                alone.Add(records[i]);
            }
            else
            {
                records[i].Decide(items[i]);
            }
        }

        foreach (var record in alone)
        {
            await CallAsync([record]);
        }
    }
}
