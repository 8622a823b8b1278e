using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>
/// Sends the records of concurrent callers of one function in as few calls as possible. Records gather while a call runs. When no
/// call runs, a record is sent at once, together with those of callers that are ready to run. A record does not wait long for a call
/// that hangs.
/// </summary>
internal sealed class Batcher : IThreadPoolWorkItem
{
    // Much longer than a call takes. A record that has waited for so long is sent in another call.
    private static readonly TimeSpan CallDeadline = TimeSpan.FromMilliseconds(250);

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

    /// <summary>Creates a batcher.</summary>
    /// <param name="limits">The limits of one call.</param>
    /// <param name="sender">Makes the calls.</param>
    /// <param name="timeProvider">The clock that finds calls that hang.</param>
    public Batcher(BatchLimits limits, IBatchSender sender, TimeProvider timeProvider)
    {
        _limits = limits;
        _sender = sender;
        _timeProvider = timeProvider;
        // A timer that is not set keeps nothing alive.
        _lookAgain = timeProvider.CreateTimer(
            static batcher => ((Batcher)batcher!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends a record, with others if there are others.</summary>
    /// <param name="cancellationToken">Cancelled when the caller goes. Other callers are not affected.</param>
    /// <returns>The outcome.</returns>
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

    // Queued behind work that is ready to run: callers that the end of a call has woken share the next call. Otherwise the first of
    // them would be sent alone.
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
                    _lookAgain.Change(CallDeadline, Timeout.InfiniteTimeSpan);
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
            || _timeProvider.GetElapsedTime(_begunAt) >= CallDeadline);

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

    /// <summary>Makes a call and gives every caller its outcome. Never throws.</summary>
    private async Task CallAsync(List<PendingRecord> records)
    {
        var call = new BatchCall(records.Count);
        foreach (var record in records)
        {
            record.SetCall(call);
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
            // A sender reports failures as outcomes, so this is a bug. Its callers must not wait for ever.
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

    // One record may be the reason why a whole call is refused. Halving finds it, so that the others are sent.
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
