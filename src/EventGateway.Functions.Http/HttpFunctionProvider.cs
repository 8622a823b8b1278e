using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Presets;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http;

/// <summary>Calls the functions of one type over HTTP.</summary>
/// <typeparam name="TSettings">The settings of the type.</typeparam>
/// <param name="caller">Calls functions.</param>
/// <param name="targets">Creates the targets of functions.</param>
/// <param name="time">The clock of keys that expire.</param>
internal sealed class HttpFunctionProvider<TSettings>(HttpCaller caller, HttpTargets targets, TimeProvider time)
    : IRawFunctionProvider, ISigningFunctionProvider
    where TSettings : HttpSettings, IHttpType<TSettings>
{
    private readonly ConditionalWeakTable<Function, HttpTarget> _targets = [];

    /// <inheritdoc/>
    public string Type => TSettings.Type;

    /// <inheritdoc/>
    public JsonObject DescribeSettings()
    {
        var schema = JsonFields.Describe(TSettings.Read);
        schema["title"] = TSettings.Title;
        return schema;
    }

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, SettingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (settings.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            errors.Add("provider", $"must be an object with the field {TSettings.Required.Field}: {TSettings.Required.Accepted}");
            return default;
        }

        var fields = new JsonFields(settings, "provider", errors);
        var read = TSettings.Read(fields);
        fields.RefuseUnknown();
        return fields.Errors.Any ? default : SettingsWriter.Store(read);
    }

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings) => SettingsWriter.Show(ReadStored(settings));

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        HttpSettings now = ReadStored(settings);
        if (!SettingsWriter.SecretsOf(now).Any(static secret => secret.Value.IsMask))
        {
            return settings;
        }

        var before = stored.ValueKind is JsonValueKind.Object ? ReadStored(stored) : null;
        var count = errors.Count;
        bool MayKeep(string path) => before is not null && now.MayKeep(before, path);
        if (now.Common.Signing is { } signing && before?.Common.Signing is { } known && MayKeep(SigningSettings.Name))
        {
            now = now.WithSigning(signing.KeepEnds(known, time.GetUtcNow(), new SettingErrors(errors)));
        }

        // To another server no secret is sent, so the names of those that are stored would not help.
        var unmasked = StoredSecrets.Restore(now, before, MayKeep, path => errors.Add(Missing(path, MayKeep(path) ? before : null)));

        // Masks were not checked against the other fields: the key of a new certificate, for example.
        return errors.Count > count ? default : Validate(unmasked, new SettingErrors(errors));
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

    /// <inheritdoc/>
    public bool IsSigned(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return ReadStored(function.Provider).Common.Signing is not null;
    }

    /// <inheritdoc/>
    public KeyRotation? Rotate(JsonElement settings, KeyRotationRequest request, DateTimeOffset now, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(errors);
        var read = ReadStored(settings);
        if (SigningRotation.Of(read.Common.Signing, request, now, errors) is not { Settings: var signing } rotation)
        {
            return null;
        }

        var (key, old) = (signing.Keys[0], signing.Keys.Skip(1));
        return new KeyRotation(SettingsWriter.Store(read.WithSigning(signing)), key.Name!, key.Key)
        {
            PublicKey = rotation.PublicKey,
            OldKeys = [.. old.Select(static key => KeyValuePair.Create(key.Name!, key.ExpiresAt!.Value))],
        };
    }

    /// <inheritdoc/>
    public bool DifferOnlyInKeys(JsonElement before, JsonElement now) =>
        JsonElement.DeepEquals(SettingsWriter.Store(ReadStored(before).WithSigning(null)), SettingsWriter.Store(ReadStored(now).WithSigning(null)));

    private static string Missing(string path, TSettings? stored)
    {
        if (path is "url")
        {
            return $"provider.url holds {Secret.Mask} in place of a user and password, but no user and password are stored for this server";
        }

        var names = StoredSecrets.NamesBeside(stored, path);
        var others = names is { Count: > 0 } ? $"; stored with names: {string.Join(", ", names)}" : "";
        return names is null || path.EndsWith(']')
            ? $"provider.{path} is {Secret.Mask}, but no secret is stored in this field for this server{others}"
            : $"provider.{path} is missing or {Secret.Mask}, but no secret is stored with this name for this server{others}";
    }

    private static TSettings ReadStored(JsonElement settings) => TSettings.Read(new JsonFields(settings, "provider", FieldErrors.Ignored));

    private HttpTarget TargetOf(Function function) =>
        _targets.TryGetValue(function, out var target)
            ? target
            : _targets.GetValue(function, function => targets.Create(ReadStored(function.Provider)));
}
