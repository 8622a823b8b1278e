using System.Globalization;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Tests.Api.Delivery;

/// <summary>An event log in a list; the cursor is the place in it, from the oldest.</summary>
internal sealed class PlayedEventLog : IEventLog
{
    private readonly Lock _lock = new();
    private readonly List<LoggedEvent> _all = [];

    /// <summary>The exception of each read. Null means that reads succeed.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether a file of the log is being repaired, so that events must be read again later.</summary>
    public bool IsMending { get; set; }

    /// <summary>Is called before every page.</summary>
    public Func<Task>? BeforePage { get; set; }

    /// <summary>Adds one that was accepted after all others.</summary>
    public void Add(LoggedEvent logged)
    {
        lock (_lock)
        {
            _all.Add(logged);
        }
    }

    public async ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        await (BeforePage?.Invoke() ?? Task.CompletedTask);
        if (Fault is not null)
        {
            throw Fault;
        }

        lock (_lock)
        {
            var page = new List<EventSummary>();
            for (var place = cursor is null ? _all.Count - 1 : int.Parse(cursor, CultureInfo.InvariantCulture); place >= 0; place--)
            {
                if (!Selects(filter, _all[place]))
                {
                    continue;
                }

                if (page.Count == limit)
                {
                    return new Page<EventSummary>(page, place.ToString(CultureInfo.InvariantCulture));
                }

                page.Add(_all[place]);
            }

            return new Page<EventSummary>(page, null);
        }
    }

    public async ValueTask<LogPart> ReadAsync(LogRange range, string? position, int limit, long bytes, CancellationToken cancellationToken)
    {
        await (BeforePage?.Invoke() ?? Task.CompletedTask);
        if (Fault is not null)
        {
            throw Fault;
        }

        if (IsMending)
        {
            return new LogPart([], position ?? "0") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        lock (_lock)
        {
            var events = new List<ReadOnlyMemory<byte>>();
            for (var place = position is null ? 0 : int.Parse(position, CultureInfo.InvariantCulture); place < _all.Count; place++)
            {
                if (!range.EventTypes.Any(type => EventTypeFamily.Includes(type, _all[place].Type)) || !Selects(new() { Space = range.Space, From = range.From, To = range.To }, _all[place]))
                {
                    continue;
                }

                if (events.Count == limit)
                {
                    return new LogPart(events, place.ToString(CultureInfo.InvariantCulture));
                }

                events.Add(_all[place].Event);
            }

            return new LogPart(events, null);
        }
    }

    public ValueTask<LoggedEvent?> FindAsync(string space, string eventId, string? source, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_all.FindLast(logged => logged.Space == space && logged.Id == eventId && (source ?? logged.Source) == logged.Source));
        }
    }

    private static bool Selects(EventFilter filter, LoggedEvent logged) =>
        logged.Space == filter.Space
        && (filter.Type ?? logged.Type) == logged.Type
        && (filter.Source ?? logged.Source) == logged.Source
        && (filter.Id ?? logged.Id) == logged.Id
        && !(logged.AcceptedAt < filter.From)
        && !(logged.AcceptedAt >= filter.To);
}
