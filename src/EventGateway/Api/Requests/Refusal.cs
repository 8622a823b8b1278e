using EventGateway.Engine.Registry.Errors;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Turns refusals of the registry into responses.</summary>
internal static class Refusal
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Returns the response to a refused request.</summary>
    public static JsonResponse Of(RegistryError error) => error.Reason switch
    {
        RegistryReason.NotFound => JsonResponse.Error(StatusCodes.Status404NotFound, error.Messages),
        RegistryReason.AlreadyExists => JsonResponse.Error(StatusCodes.Status409Conflict, error.Messages),
        RegistryReason.Conflict => JsonResponse.Error(StatusCodes.Status412PreconditionFailed, error.Messages),
        RegistryReason.Unavailable => JsonResponse.Unavailable(RetryAfter, error.Messages),
        _ => JsonResponse.Error(StatusCodes.Status400BadRequest, error.Messages),
    };
}
