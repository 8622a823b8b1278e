using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Http;
using Microsoft.OpenApi;

namespace EventGateway.Api.Delivery;

/// <summary>Reads which dead letters a request selects.</summary>
internal static class DeadLetterQuery
{
    private static readonly QueryParameter[] Filters =
    [
        new("subscriptionId", "Only those of this subscription. Not set: of any."),
        new("functionId", "Only those of this function. Not set: of any."),
        new("eventType", "Only those of events of this type. Not set: of any."),
    ];

    /// <summary>What a list takes.</summary>
    public static IReadOnlyList<QueryParameter> OfList { get; } = [.. Filters, QueryParameter.Limit, QueryParameter.Cursor];

    /// <summary>What an operation on all that a filter selects takes.</summary>
    public static IReadOnlyList<QueryParameter> OfMany { get; } =
    [
        .. Filters,
        new QueryParameter("all", "true: all dead letters of the space, instead of a filter.") { Type = JsonSchemaType.Boolean },
    ];

    /// <summary>The filter of a list.</summary>
    public static DeadLetterFilter Read(string space, QueryReader query) => new()
    {
        Space = space,
        SubscriptionId = query.Text("subscriptionId"),
        FunctionId = query.Text("functionId"),
        EventType = query.Text("eventType"),
    };

    /// <summary>Reads the filter of an operation on many, which must not select everything by accident.</summary>
    public static bool TryReadMany(
        HttpContext context, [NotNullWhen(true)] out DeadLetterFilter? filter, [NotNullWhen(false)] out JsonResponse? error)
    {
        var query = new QueryReader(context.Request.QueryString, OfMany);
        var all = query.Flag("all");
        var filtered = Filters.Any(parameter => query.Has(parameter.Name));
        if (query.Error is null && filtered == (all is true))
        {
            query.Refuse("all", filtered
                ? "true beside a filter; one of them is accepted."
                : "no filter is given; at least one of subscriptionId, functionId and eventType is accepted, or all=true.");
        }

        error = query.Error;
        filter = error is null ? Read(new RequestUrl(context).Space, query) : null;
        return filter is not null;
    }
}
