using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>
/// Sends what concurrent callers of one function want sent in as few calls as possible: while a call is under way, the
/// next records gather. Nothing waits for company: where no call is under way, a record goes at once, with those alone
/// whose callers were ready to run as well. Nor does anything wait long for a call that hangs.
/// </summary>
internal sealed class Batcher : IThreadPoolWorkItem
{
    // Far more than a call takes; whoever has waited for so long goes beside it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly BatchLimits _limits;
    private readonly IBatchSender _sender;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _lookAgain;
    private readonly Lock _lock = new();
    private readonly Queue<PendingRecord> _waiting = new();
    private long _waitingBytes;
    private long _begunAt;
    private int _underWay;
    private bool _scheduled;
    private bool _looksAgain;

    /// <summary>Makes no call yet.</summary>
    /// <param name="limits">How much one call may carry.</param>
    /// <param name="sender">Makes the calls.</param>
    /// <param name="timeProvider">The clock that calls that hang are found by.</param>
    public Batcher(BatchLimits limits, IBatchSender sender, TimeProvider timeProvider)
    {
        _limits = limits;
        _sender = sender;
        _timeProvider = timeProvider;
        // Keeps nothing alive while it is not set.
        _lookAgain = timeProvider.CreateTimer(
            static batcher => ((Batcher)batcher!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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

        Begin();
    }

    // Behind what is ready to run: callers that the end of one call has woken share the next, where the first of them
    // would else go alone.
    private void Begin()
    {
        lock (_lock)
        {
            if (_scheduled || _waiting.Count == 0)
            {
                return;
            }

            if (!MayCall)
            {
                if (!_looksAgain)
                {
                    _looksAgain = true;
                    _lookAgain.Change(Patience, Timeout.InfiniteTimeSpan);
                }

                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void LookAgain()
    {
        lock (_lock)
        {
            _looksAgain = false;
        }

        Begin();
    }

    private bool MayCall =>
        _waiting.Count > 0
        && _underWay < _limits.Calls
        && (_underWay == 0
            || _waiting.Count >= _limits.Records
            || _waitingBytes >= _limits.Bytes
            || _timeProvider.GetElapsedTime(_begunAt) >= Patience);

    private List<PendingRecord>? Next()
    {
        lock (_lock)
        {
            if (!MayCall)
            {
                return null;
            }

            var records = new List<PendingRecord>(Math.Min(_limits.Records, _waiting.Count));
            var bytes = 0L;
            while (records.Count < _limits.Records && _waiting.TryPeek(out var next))
            {
                if (!next.IsDecided)
                {
                    if (records.Count > 0 && bytes + next.Record.Size > _limits.Bytes)
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
            _begunAt = _timeProvider.GetTimestamp();
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
        var call = new BatchCall(records.Count);
        foreach (var record in records)
        {
            record.Board(call);
        }

        BatchItem[] items;
        try
        {
            items = await _sender.SendAsync(records.ConvertAll(static pending => pending.Record), call.Token);
        }
        catch (OperationCanceledException) when (call.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            // A sender reports failures as outcomes, so this is a bug in one; its callers must not wait for ever.
            var failure = new FunctionResult(FunctionOutcome.Retryable) { Error = $"The function provider failed: {exception}" };
            items = BatchItem.OfWholeCall(failure, records.Count);
        }

        if (records.Count > 1 && items[0] is { IsOfWholeCall: true, Failure.Outcome: FunctionOutcome.Permanent })
        {
            await HalveAsync(records);
            return;
        }

        for (var i = 0; i < records.Count; i++)
        {
            records[i].Decide(items[i]);
        }
    }

    // What refuses a whole call for good may be one record of it: the others must not pay for that, and it is soon found.
    private async Task HalveAsync(List<PendingRecord> records)
    {
        var half = records.Count / 2;
        foreach (var part in (List<PendingRecord>[])[records[..half], records[half..]])
        {
            part.RemoveAll(static record => record.IsDecided);
            if (part.Count > 0)
            {
                await CallAsync(part);
            }
        }
    }
}
