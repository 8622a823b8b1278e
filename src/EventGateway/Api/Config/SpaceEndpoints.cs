using System.Text.Json;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>Lists spaces. Spaces are not created or deleted: a space exists while it holds a resource.</summary>
internal static class SpaceEndpoints
{
    public static IResult List(HttpContext context, GatewayRegistry registry)
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
}
