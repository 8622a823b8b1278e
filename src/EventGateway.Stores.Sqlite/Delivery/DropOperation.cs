using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Drops the deliveries of subscriptions, one file after the other.</summary>
internal sealed class DropOperation(IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files)
    : Operation(SqliteDelivery.OwnSize * (1 + subscriptions.Count))
{
    private readonly TaskCompletionSource<DropResult> _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _filesLeft = [];
    private Queue<Segment>? _segments;
    private long _deliveries;

    /// <summary>Completes with the result when the drop is on disk.</summary>
    public Task<DropResult> Dropped => _dropped.Task;

    /// <summary>The subscriptions.</summary>
    public IReadOnlyCollection<SubscriptionKey> Subscriptions => subscriptions;

    /// <summary>Takes the next file that may have deliveries. Must be called on the writer's thread.</summary>
    /// <param name="all">All files. Later files only have deliveries that were accepted after the drop.</param>
    /// <param name="segment">The file.</param>
    /// <returns>False when no file is left.</returns>
    public bool TryTake(IEnumerable<Segment> all, [NotNullWhen(true)] out Segment? segment)
    {
        _segments ??= new Queue<Segment>(all.Where(candidate => files?.Contains(candidate.Number) is not false));
        while (_segments.TryDequeue(out segment))
        {
            if (!segment.IsRemoved && (segment.Damage.IsSet || segment.Waiting > 0 || !segment.IsCounted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes how many deliveries of a file are dropped.</summary>
    public void Count(long deliveries) => _deliveries += deliveries;

    /// <summary>Notes that a file is damaged, and drops the deliveries later.</summary>
    public void Postpone(Segment segment) => _filesLeft.Add(segment.Number);

    /// <summary>Ends it.</summary>
    public void Complete() => _dropped.SetResult(new DropResult(_deliveries, _filesLeft));

    /// <summary>Ends it with an error.</summary>
    public void Fail(Exception exception) =>
        _dropped.SetException(new IOException($"Deliveries of a deleted subscription cannot be dropped now: {exception.Message}", exception));
}
