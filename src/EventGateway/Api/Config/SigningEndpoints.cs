using System.Text.Json;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>Rotates the keys that the requests to a function are signed with.</summary>
/// <param name="keys">Makes keys.</param>
/// <param name="log">Takes the writes.</param>
internal sealed class SigningEndpoints(SigningKeys keys, ConfigLog log)
{
    public async Task<IResult> RotateAsync(HttpContext context)
    {
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        if (error is not null || !Preconditions.TryRead(context.Request, out var conditions, out error))
        {
            return error;
        }

        var url = new RequestUrl(context);
        var (result, rotation) = await keys.RotateAsync(url.Space, url.Id, body, conditions, context.RequestAborted);
        log.Written(context, change: null, "Function", result);
        if (!result.TryGet(out var entry, out var refusal))
        {
            return Refusal.Of(refusal);
        }

        context.Response.Headers.CacheControl = "no-store";
        return new JsonResponse(
            StatusCodes.Status200OK,
            JsonSerializer.SerializeToUtf8Bytes(KeyRotationDocument.Of(rotation!), ConfigApiJson.Shared.KeyRotationDocument))
        {
            Revision = entry.Revision,
        };
    }
}
