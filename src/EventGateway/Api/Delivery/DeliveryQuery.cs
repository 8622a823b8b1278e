using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Waiting;

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
        new("state", "Only deliveries in this state: waiting, retrying, paused or dead."),
        .. Filters,
        QueryParameter.Limit,
        QueryParameter.Cursor,
    ];

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
