using EventGateway.Engine.Registry.Errors;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Answers what the registry refused.</summary>
internal static class Refusal
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The answer to what the registry refused.</summary>
    public static JsonResponse Of(RegistryError error) => error.Reason switch
    {
        RegistryReason.NotFound => JsonResponse.Error(StatusCodes.Status404NotFound, error.Messages),
        RegistryReason.AlreadyExists => JsonResponse.Error(StatusCodes.Status409Conflict, error.Messages),
        RegistryReason.Conflict => JsonResponse.Error(StatusCodes.Status412PreconditionFailed, error.Messages),
        RegistryReason.Unavailable => JsonResponse.Unavailable(RetryAfter, error.Messages),
        _ => JsonResponse.Error(StatusCodes.Status400BadRequest, error.Messages),
    };
}
