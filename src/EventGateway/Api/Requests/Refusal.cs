using EventGateway.Engine.Registry.Errors;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>Answers what the registry refused.</summary>
internal static class Refusal
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The answer to what the registry refused.</summary>
    public static JsonAnswer Of(RegistryError error) => error.Reason switch
    {
        RegistryReason.NotFound => JsonAnswer.Error(StatusCodes.Status404NotFound, error.Messages),
        RegistryReason.AlreadyExists => JsonAnswer.Error(StatusCodes.Status409Conflict, error.Messages),
        RegistryReason.Conflict => JsonAnswer.Error(StatusCodes.Status412PreconditionFailed, error.Messages),
        RegistryReason.Unavailable => JsonAnswer.Unavailable(RetryAfter, error.Messages),
        _ => JsonAnswer.Error(StatusCodes.Status400BadRequest, error.Messages),
    };
}
