using System.Globalization;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Tests.Api.Delivery;

/// <summary>Dead letters in a list; the cursor is the place in it.</summary>
internal sealed class PlayedDeadLetters : IDeadLetterStore
{
    public Action<DeadLetter, DeliveryAttempt?>? Stored { get; set; }

    private readonly List<DeadLetter> _all = [];

    /// <summary>Whether nothing can be redelivered for now.</summary>
    public bool IsFull { get; set; }

    public IReadOnlyList<string> Ids => [.. _all.Select(letter => letter.Id)];

    /// <summary>Adds one that was given up after all others.</summary>
    public void Add(DeadLetter letter) => _all.Insert(0, letter);

    public ValueTask<Page<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var begin = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var rest = Select(filter).Skip(begin).ToList();
        var next = rest.Count > limit ? (begin + limit).ToString(CultureInfo.InvariantCulture) : null;
        return ValueTask.FromResult(new Page<DeadLetter>([.. rest.Take(limit)], next));
    }

    public ValueTask<DeadLetter?> FindAsync(string space, string deadLetterId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Select(new DeadLetterFilter { Space = space, DeadLetterId = deadLetterId }).FirstOrDefault());

    public ValueTask<Redelivery> RedeliverAsync(DeadLetterFilter filter, Func<SubscriptionKey, bool> hasRoute, CancellationToken cancellationToken)
    {
        var selected = Select(filter).Where(letter => hasRoute(letter.Subscription)).ToList();
        if (IsFull)
        {
            return ValueTask.FromResult(new Redelivery(0, []) { IsFull = selected.Count > 0 });
        }

        _all.RemoveAll(selected.Contains);
        return ValueTask.FromResult(new Redelivery(selected.Count, [.. selected.Select(letter => letter.Subscription).Distinct()]));
    }

    public ValueTask<int> DeleteAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        var selected = Select(filter).ToList();
        return ValueTask.FromResult(_all.RemoveAll(selected.Contains));
    }

    private IEnumerable<DeadLetter> Select(DeadLetterFilter filter) => _all.Where(letter =>
        letter.Subscription.Space == filter.Space
        && (filter.DeadLetterId ?? letter.Id) == letter.Id
        && (filter.SubscriptionId ?? letter.Subscription.SubscriptionId) == letter.Subscription.SubscriptionId
        && (filter.FunctionId ?? letter.Subscription.FunctionId) == letter.Subscription.FunctionId
        && (filter.EventType ?? letter.EventType) == letter.EventType);
}
