using System.Runtime.CompilerServices;

namespace EventGateway.Core.Delivery;

/// <summary>
/// Reads a range of the event log, which lists the newest first, from its oldest event on. What stays in memory is one page,
/// the newest, and the cursors of the others. The range must have an end that has passed: nothing may be added to it.
/// </summary>
internal static class OldestFirst
{
    private const int PageSize = 500;

    /// <summary>Reads pages; each has its newest event first, and the pages come oldest first.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<EventSummary>> ReadAsync(
        IEventLog log, EventFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Kept, and not read again: an event that was on its way at the range's end may appear before it meanwhile.
        var newest = await log.ListAsync(filter, PageSize, null, cancellationToken);
        var cursors = new Stack<string>();
        for (var cursor = newest.Next; cursor is not null;)
        {
            cursors.Push(cursor);
            cursor = (await log.ListAsync(filter, PageSize, cursor, cancellationToken)).Next;
        }

        while (cursors.TryPop(out var cursor))
        {
            yield return (await log.ListAsync(filter, PageSize, cursor, cancellationToken)).Items;
        }

        yield return newest.Items;
    }
}
