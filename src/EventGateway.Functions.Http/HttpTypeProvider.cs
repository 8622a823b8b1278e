using System.Runtime.CompilerServices;
using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Presets;
using EventGateway.Functions.Http.Settings;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http;

/// <summary>Calls the functions of one type over HTTP.</summary>
/// <param name="type">The type.</param>
/// <param name="caller">Calls functions.</param>
/// <param name="targets">Makes targets of settings.</param>
/// <param name="ed25519">Signs with ed25519. Not set: nobody can.</param>
internal sealed class HttpTypeProvider(IHttpType type, HttpCaller caller, HttpTargets targets, IEd25519? ed25519) : IRawFunctionProvider
{
    private readonly ConditionalWeakTable<Function, HttpTarget> _targets = [];

    /// <inheritdoc/>
    public string Type => type.Name;

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (settings.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            errors.Add($"provider must be an object with the field {type.Required.Field}: {type.Required.Accepted}");
            return default;
        }

        var before = errors.Count;
        var fields = new SettingsObject(settings, "provider", errors);
        var isHttps = type.Read(fields);
        HttpSettings.ReadCommon(fields, isHttps, ed25519);
        return errors.Count > before ? default : SettingsSecrets.ToElement(fields.Json);
    }

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings) => SettingsSecrets.Mask(settings);

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var before = errors.Count;
        var unmasked = SettingsSecrets.Unmask(settings, stored, errors);
        // What was hidden could not be checked against the rest: a key against a new certificate.
        return errors.Count > before ? default : Validate(unmasked, errors);
    }

    /// <inheritdoc/>
    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        return caller.CallAsync(TargetOf(function), invocation, cancellationToken);
    }

    /// <inheritdoc/>
    public IRawEndpoint EndpointOf(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new HttpEndpoint(TargetOf(function));
    }

    private HttpTarget TargetOf(Function function) =>
        _targets.TryGetValue(function, out var target) ? target : _targets.GetValue(function, Create);

    private HttpTarget Create(Function function)
    {
        var settings = SettingsSecrets.Copy(function.Provider);
        type.Translate(settings);
        return targets.Create(SettingsSecrets.ToElement(settings), type.ContentType);
    }
}
