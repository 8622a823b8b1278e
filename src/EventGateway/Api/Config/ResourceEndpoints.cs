using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>The endpoints of one kind of resource. All kinds have the same endpoints.</summary>
/// <remarks>
/// <para>A write takes these steps; any of them can end it with a refusal.</para>
/// <code>
/// operator ─► 1 guard ─► 2 check ─► 3 read ─► 4 write ─► answer with an ETag
/// </code>
/// <list type="number">
/// <item>The middleware keeps out web pages of other origins (<see cref="CrossSiteGuard"/>) and functions (<see cref="FunctionCallGuard"/>).</item>
/// <item><see cref="UrlRules"/> checks the URL: its escapes, and the spelling of the collection.</item>
/// <item><see cref="RequestBodyReader"/> reads the body, up to 1 MiB. <see cref="Preconditions"/> reads the conditions of the request.</item>
/// <item><see cref="Resources{T}"/> writes the resource. <c>GatewayRegistry.Write.cs</c> has the steps of that.</item>
/// </list>
/// </remarks>
/// <param name="log">Takes the writes.</param>
/// <param name="collection">The name of the collection in URLs.</param>
/// <param name="property">The name of the list in the body of a list.</param>
/// <param name="name">The name of the kind in the OpenAPI document.</param>
internal sealed class ResourceEndpoints<T>(Resources<T> resources, ConfigLog log, string collection, string property, string name)
    where T : class, IResource
{
    public string Collection { get; } = collection;

    public string Name { get; } = name;

    /// <summary>Whether ids are compared as the URL spells them, without decoding. Default: false.</summary>
    public bool RawIds { get; init; }

    /// <summary>Whether lists ignore unknown query parameters, as in 0.9. Default: false.</summary>
    public bool IgnoresUnknown { get; init; }

    public IResult List(HttpContext context)
    {
        var url = new RequestUrl(context);
        if (RawIds && url.EndsWithSlash)
        {
            // The text after the slash is the id, and it is empty.
            return Get(context, url.Space, "");
        }

        if (!ListQuery.TryRead(context.Request.QueryString, filters: true, IgnoresUnknown, out var query, out var error)
            || !Preconditions.TryRead(context.Request, out var conditions, out error))
        {
            return error;
        }

        var page = resources.List(url.Space, query);
        return Preconditions.RefuseRead(conditions, page.Revision) ?? new ListResponse<T>(resources, property, page);
    }

    public IResult Get(HttpContext context)
    {
        var url = new RequestUrl(context);
        return Get(context, url.Space, IdOf(url));
    }

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        return error is null && Preconditions.TryRead(context.Request, out var conditions, out error)
            ? Written(context, await resources.CreateAsync(new RequestUrl(context).Space, body, conditions, context.RequestAborted))
            : error;
    }

    public async Task<IResult> UpdateAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        return error is null && Preconditions.TryRead(context.Request, out var conditions, out error)
            ? Written(context, await resources.UpdateAsync(url.Space, IdOf(url), body, conditions, context.RequestAborted))
            : error;
    }

    public async Task<IResult> PatchAsync(HttpContext context)
    {
        if (PatchType.Refuse(context.Request) is { } unsupported)
        {
            return unsupported;
        }

        var url = new RequestUrl(context);
        var (patch, error) = await RequestBodyReader.ReadAsync(context);
        return error is null && Preconditions.TryRead(context.Request, out var conditions, out error)
            ? Written(context, await resources.PatchAsync(url.Space, IdOf(url), patch, conditions, context.RequestAborted))
            : error;
    }

    public async Task<IResult> DeleteAsync(HttpContext context)
    {
        if (!Preconditions.TryRead(context.Request, out var conditions, out var error))
        {
            return error;
        }

        var url = new RequestUrl(context);
        var result = await resources.DeleteAsync(url.Space, IdOf(url), conditions, context.RequestAborted);
        log.Written(context, "deleted", Name, result);
        return result.Error is { } refusal ? Refusal.Of(refusal) : new JsonResponse(StatusCodes.Status204NoContent, default);
    }

    // No id has a slash, so a URL with one matches nothing. As in 0.9 the refusal then has no id.
    private string IdOf(RequestUrl url) => !RawIds ? url.Id : url.RawId.Contains('/') ? "" : url.RawId;

    private IResult Get(HttpContext context, string space, string id)
    {
        if (!Preconditions.TryRead(context.Request, out var conditions, out var error))
        {
            return error;
        }

        var result = resources.Get(space, id);
        return (result.Entry is { } entry ? Preconditions.RefuseRead(conditions, entry.Revision) : null) ?? Answer(result);
    }

    private JsonResponse Written(HttpContext context, RegistryResult<T> result)
    {
        log.Written(context, change: null, Name, result);
        return Answer(result);
    }

    private JsonResponse Answer(RegistryResult<T> result) => result.TryGet(out var entry, out var refusal)
        ? new JsonResponse(result.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, resources.ToJson(entry.Resource)) { Revision = entry.Revision }
        : Refusal.Of(refusal);
}
