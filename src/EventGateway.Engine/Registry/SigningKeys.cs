using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;

namespace EventGateway.Engine.Registry;

/// <summary>Rotates the keys that the requests to functions are signed with.</summary>
/// <param name="registry">Has the functions.</param>
/// <param name="providers">Make keys.</param>
/// <param name="time">The clock of keys that expire.</param>
public sealed class SigningKeys(GatewayRegistry registry, FunctionProviders providers, TimeProvider time)
{
    private readonly string _signingTypes = string.Join(
        ", ", providers.Types.Where(type => providers.TryGet(type, out var provider) && provider is ISigningFunctionProvider));

    /// <summary>
    /// Adds a new key to a function, its first one or another. Until the keys before it expire, requests are signed with all of them.
    /// </summary>
    /// <param name="functionId">The function's id.</param>
    /// <param name="body">A JSON object in UTF-8 with the wishes for the key, or nothing.</param>
    /// <param name="conditions">The conditions on the function.</param>
    /// <param name="cancellationToken">Ends the wait for a turn. A write that has begun goes on.</param>
    /// <returns>The function with the new key in force, or a refusal; and the key. The key is null when the request was refused.</returns>
    public async ValueTask<(RegistryResult<Function> Result, KeyRotation? Rotation)> RotateAsync(
        string space, string functionId, ReadOnlyMemory<byte> body, RevisionConditions conditions, CancellationToken cancellationToken)
    {
        var errors = new ValidationErrors("");
        var request = KeyRotationReader.Read(body, errors);
        if (errors.Any)
        {
            return (RegistryResult<Function>.Refused(errors.ToError()), null);
        }

        KeyRotation? rotation = null;
        var result = await registry.Functions.ChangeAsync(
            space,
            functionId,
            conditions,
            isChecked: true,
            function =>
            {
                (rotation, var error) = Rotate(function, request);
                return (rotation is null ? null : function with { Provider = rotation.Settings }, error);
            },
            cancellationToken);
        return (result, result.Error is null ? rotation : null);
    }

    private (KeyRotation? Rotation, RegistryError? Error) Rotate(Function function, KeyRotationRequest request)
    {
        if (!providers.TryGet(function.Type, out var provider) || provider is not ISigningFunctionProvider signing)
        {
            return (null, new RegistryError(
                RegistryReason.Invalid, $"Requests to functions of the type {function.Type} cannot be signed; those of {_signingTypes} can."));
        }

        var problems = new List<string>();
        var rotation = signing.Rotate(function.Provider, request, time.GetUtcNow(), problems);
        return (rotation, problems.Count > 0 ? new RegistryError(RegistryReason.Invalid, problems) : null);
    }
}
