using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;

namespace EventGateway.Api.Delivery;

/// <summary>Reads which events a list is to have.</summary>
internal static class EventQuery
{
    /// <summary>What a list takes.</summary>
    public static IReadOnlyList<QueryParameter> OfList { get; } =
    [
        new("type", "Only events of this type. Not set: of any."),
        new("source", "Only events of this source. Not set: of any."),
        new("id", "Only events of this id. Not set: of any."),
        new("from", "Only events accepted at this time or later. Not set: as far back as the log goes.") { Format = "date-time" },
        new("to", "Only events accepted before this time. Not set: until now.") { Format = "date-time" },
        QueryParameter.Limit,
        QueryParameter.Cursor,
    ];

    /// <summary>The filter of a list.</summary>
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
