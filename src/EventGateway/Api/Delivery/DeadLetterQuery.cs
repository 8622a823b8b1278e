using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Http;
using Microsoft.OpenApi;

namespace EventGateway.Api.Delivery;

/// <summary>Reads the filter of a request for dead letters.</summary>
internal static class DeadLetterQuery
{
    private static readonly QueryParameter[] Filters =
    [
        new("subscriptionId", "Only dead letters of this subscription."),
        new("functionId", "Only dead letters of this function."),
        new("eventType", "Only dead letters with events of this type."),
    ];

    /// <summary>The parameters of a list.</summary>
    public static IReadOnlyList<QueryParameter> OfList { get; } = [.. Filters, QueryParameter.Limit, QueryParameter.Cursor];

    /// <summary>The parameters of an operation on many dead letters.</summary>
    public static IReadOnlyList<QueryParameter> OfMany { get; } =
    [
        .. Filters,
        new QueryParameter("all", "true selects all dead letters of the space, instead of a filter.") { Type = JsonSchemaType.Boolean },
    ];

    /// <summary>Reads the filter of a list.</summary>
    public static DeadLetterFilter Read(string space, QueryReader query) => new()
    {
        Space = space,
        SubscriptionId = query.Text("subscriptionId"),
        FunctionId = query.Text("functionId"),
        EventType = query.Text("eventType"),
    };

    /// <summary>Reads the filter of an operation on many dead letters. It must not select all of them by accident.</summary>
    public static bool TryReadMany(
        HttpContext context, [NotNullWhen(true)] out DeadLetterFilter? filter, [NotNullWhen(false)] out JsonResponse? error)
    {
        var query = new QueryReader(context.Request.QueryString, OfMany);
        query.RequireSelection(query.Flag("all"), [.. Filters.Select(static parameter => parameter.Name)]);
        error = query.Error;
        filter = error is null ? Read(new RequestUrl(context).Space, query) : null;
        return filter is not null;
    }
}
