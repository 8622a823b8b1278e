using System.Diagnostics.CodeAnalysis;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Http;
using Microsoft.OpenApi;

namespace EventGateway.Api.Delivery;

/// <summary>Reads the filter of a request for deliveries.</summary>
internal static class DeliveryQuery
{
    private static readonly QueryParameter[] Filters =
    [
        new("subscriptionId", "Only deliveries of this subscription."),
        new("functionId", "Only deliveries to this function."),
    ];

    /// <summary>The parameters of a list.</summary>
    public static IReadOnlyList<QueryParameter> OfList { get; } =
    [
        new("state", "Only deliveries in this state.") { Values = OutcomeNames.All<WaitingState>() },
        .. Filters,
        QueryParameter.Limit,
        QueryParameter.Cursor,
    ];

    /// <summary>The parameters of a retry of many deliveries.</summary>
    public static IReadOnlyList<QueryParameter> OfMany { get; } =
    [
        new("state", "Only deliveries in this state.") { Values = [OutcomeNames.Of(WaitingState.Waiting), OutcomeNames.Of(WaitingState.Retrying)] },
        .. Filters,
        new QueryParameter("all", "true selects all deliveries of the space, instead of a filter.") { Type = JsonSchemaType.Boolean },
    ];

    /// <summary>Reads the filter of a retry of many deliveries. It must not select all of them by accident.</summary>
    public static bool TryReadMany(
        HttpContext context, [NotNullWhen(true)] out WaitingQuery? filter, [NotNullWhen(false)] out JsonResponse? error)
    {
        var query = new QueryReader(context.Request.QueryString, OfMany);
        var all = query.Flag("all");
        var read = Read(new RequestUrl(context).Space, query, WaitingState.Waiting, WaitingState.Retrying);
        query.RequireSelection(all, ["state", .. Filters.Select(static parameter => parameter.Name)]);
        error = query.Error;
        filter = error is null ? read : null;
        return filter is not null;
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="states">The accepted states.</param>
    public static WaitingQuery Read(string space, QueryReader query, params ReadOnlySpan<WaitingState> states) => new(space)
    {
        State = ReadState(query, states),
        SubscriptionId = query.Text("subscriptionId"),
        FunctionId = query.Text("functionId"),
    };

    private static WaitingState? ReadState(QueryReader query, ReadOnlySpan<WaitingState> states)
    {
        if (query.Text("state") is not { } text)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var state in states)
        {
            var name = OutcomeNames.Of(state);
            if (name == text)
            {
                return state;
            }

            names.Add(name);
        }

        query.Refuse("state", $"\"{text}\"; {string.Join(", ", names[..^1])} or {names[^1]} is accepted.");
        return null;
    }
}
