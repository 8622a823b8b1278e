using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;

namespace EventGateway.Api.Delivery;

/// <summary>Reads the filter of a request for events.</summary>
internal static class EventQuery
{
    /// <summary>The parameters of a list.</summary>
    public static IReadOnlyList<QueryParameter> OfList { get; } =
    [
        new("type", "Only events of this type."),
        new("source", "Only events from this source."),
        new("id", "Only events with this id."),
        new("from", "Only events accepted at this time or later.") { Format = "date-time" },
        new("to", "Only events accepted before this time.") { Format = "date-time" },
        QueryParameter.Limit,
        QueryParameter.Cursor,
    ];

    /// <summary>The parameters that select one event, together with its id.</summary>
    public static IReadOnlyList<QueryParameter> OfOne { get; } =
        [new("source", "The event's source. Without it: of events with the same id, the one that was accepted last.")];

    /// <summary>Reads the filter of a list.</summary>
    public static EventFilter Read(string space, QueryReader query)
    {
        var filter = new EventFilter
        {
            Space = space,
            Type = query.Text("type"),
            Source = query.Text("source"),
            Id = query.Text("id"),
            From = query.Time("from"),
            To = query.Time("to"),
        };
        if (filter.From >= filter.To)
        {
            query.Refuse("from", "not before \"to\"; an earlier time is accepted.");
        }

        return filter;
    }
}
