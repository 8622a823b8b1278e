using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>The endpoints of one kind of resource; all kinds have the same.</summary>
/// <param name="resources">The resources.</param>
/// <param name="collection">The URL's name of the collection.</param>
/// <param name="property">The name of the list in a list's body.</param>
/// <param name="name">The kind's name in the OpenAPI document.</param>
internal sealed class ResourceEndpoints<T>(Resources<T> resources, string collection, string property, string name)
    where T : class, IResource
{
    public string Collection { get; } = collection;

    public string Name { get; } = name;

    /// <summary>Whether ids are compared as they stand in the URL, without decoding. Default: they are decoded.</summary>
    public bool RawIds { get; init; }

    public IResult List(HttpContext context)
    {
        var url = new RequestUrl(context);
        if (RawIds && url.EndsWithSlash)
        {
            // What follows the collection's slash would be an id, and it is none.
            return Answer(StatusCodes.Status200OK, resources.Get(url.Space, ""));
        }

        return ListQuery.TryRead(context.Request.QueryString, out var query, out var error)
            ? new ListAnswer<T>(resources, property, resources.List(url.Space, query))
            : error;
    }

    public IResult Get(HttpContext context)
    {
        var url = new RequestUrl(context);
        return Answer(StatusCodes.Status200OK, resources.Get(url.Space, IdOf(url)));
    }

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        return error ?? Answer(
            StatusCodes.Status201Created,
            await resources.CreateAsync(new RequestUrl(context).Space, body, context.RequestAborted));
    }

    public async Task<IResult> UpdateAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        if (error is not null || !IfMatch.TryRead(context.Request, out var condition, out error))
        {
            return error;
        }

        return Answer(
            StatusCodes.Status200OK,
            await resources.UpdateAsync(url.Space, IdOf(url), body, condition, context.RequestAborted));
    }

    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        if (!IfMatch.TryRead(context.Request, out var condition, out var error))
        {
            return error;
        }

        var url = new RequestUrl(context);
        var result = await resources.DeleteAsync(url.Space, IdOf(url), condition, context.RequestAborted);
        return result.TryGet(out _, out var refusal)
            ? new JsonAnswer(StatusCodes.Status204NoContent, default)
            : Refusal.Of(refusal);
    }

    // A slash is part of no id, so a URL with one names nothing, and the refusal no id, as in 0.9.
    private string IdOf(RequestUrl url) => !RawIds ? url.Id : url.RawId.Contains('/') ? "" : url.RawId;

    private JsonAnswer Answer(int status, RegistryResult<T> result) => result.TryGet(out var entry, out var refusal)
        ? new JsonAnswer(status, resources.ToJson(entry.Resource)) { Revision = entry.Revision }
        : Refusal.Of(refusal);
}
