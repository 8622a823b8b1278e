using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>Lists spaces, and deletes a space with everything in it. Spaces are not created: a space exists while it holds a resource.</summary>
/// <param name="registry">The resources.</param>
/// <param name="stores">Keep the waiting deliveries, for their number.</param>
/// <param name="deadLetters">Keeps the dead letters. Null when none are kept.</param>
/// <param name="log">Logs deletions.</param>
internal sealed class SpaceEndpoints(GatewayRegistry registry, IReadOnlyList<IDeliveryStore> stores, IDeadLetterStore? deadLetters, ConfigLog log)
{
    private const string Confirm = "confirm";

    /// <summary>The parameters of a deletion.</summary>
    public static IReadOnlyList<QueryParameter> OfDeletion { get; } =
        [new(Confirm, "The name of the space once more. Without it, the answer is 400 and says what would be deleted.") { IsRequired = true }];

    public IResult List(HttpContext context)
    {
        if (!ListQuery.TryRead(context.Request.QueryString, filters: false, registry.IgnoresUnknown, out var query, out var error))
        {
            return error;
        }

        var rest = registry.ListSpaces().Where(space => query.After is null || string.CompareOrdinal(space.Name, query.After) > 0).ToList();
        var limit = query.Limit ?? rest.Count;
        var page = rest.Take(limit).ToList();
        var cursor = rest.Count > limit ? ListQuery.CursorAfter(page[^1].Name) : null;
        return new JsonResponse(
            StatusCodes.Status200OK,
            JsonSerializer.SerializeToUtf8Bytes(new SpacesDocument(page, cursor), ConfigApiJson.Shared.SpacesDocument));
    }

    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        var name = new RequestUrl(context).Space;
        var query = new QueryReader(context.Request.QueryString, OfDeletion);
        var hasDeadLetters = deadLetters is not null
            && (await deadLetters.ListAsync(new DeadLetterFilter { Space = name }, 1, null, context.RequestAborted)).Items.Count > 0;
        if (registry.FindSpace(name) is null && !hasDeadLetters)
        {
            return query.Error ?? JsonResponse.Error(StatusCodes.Status404NotFound, $"Space \"{name}\" not found.");
        }

        if (query.Text(Confirm) != name)
        {
            var given = query.Text(Confirm) is { } text ? $"\"{text}\"" : "required";
            query.Refuse(Confirm, $"{given}; \"{name}\" is accepted, the name of the space. {Describe(name, hasDeadLetters)}");
        }

        if (query.Error is { } error)
        {
            return error;
        }

        // The dead letters come last, because the deliveries that end now may add some.
        var deletion = await registry.DeleteSpaceAsync(name, context.RequestAborted);
        var isGone = deletion.Error?.Reason is RegistryReason.NotFound;
        if ((isGone ? registry.Revision : deletion.Revision) is { } revision)
        {
            log.Written(context, "deleted", "Space", name, "*", revision);
        }

        if (deletion.Error is { } refusal && !isGone)
        {
            return Refusal.Of(refusal);
        }

        if (deadLetters is not null)
        {
            await deadLetters.DeleteAsync(new DeadLetterFilter { Space = name }, CancellationToken.None);
        }

        return new JsonResponse(StatusCodes.Status204NoContent, default);
    }

    private string Describe(string name, bool hasDeadLetters)
    {
        var space = registry.FindSpace(name) ?? new SpaceSummary(name, 0, 0, 0, 0);
        var waiting = stores.SelectMany(static store => store.ReadBacklog()).Where(backlog => backlog.Space == name).Sum(static backlog => backlog.Deliveries);
        return "This deletes for good: "
            + $"{Count(space.EventTypes, "event type")}, {Count(space.Functions, "function")}, {Count(space.Subscriptions, "subscription")}, "
            + $"{Count(space.Cors, "CORS configuration")}, {Count(waiting, "waiting delivery", "waiting deliveries")} and {(hasDeadLetters ? "all" : "no")} dead letters. "
            + "Delivered events stay in the event log until --retention ends, and their repetitions are duplicates until the windows end, "
            + "for the next space of this name too.";
    }

    private static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
