using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>Reads, shows and stores the settings of one type of AWS functions.</summary>
internal abstract class AwsFunctionProvider<TSettings> : IFunctionProvider
    where TSettings : AwsSettings
{
    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public JsonObject DescribeSettings()
    {
        var schema = JsonFields.Describe(Read);
        schema["title"] = "Aws" + typeof(TSettings).Name.Replace("Settings", "", StringComparison.Ordinal);
        return schema;
    }

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, SettingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var fields = new JsonFields(settings, "provider", errors);
        var read = Read(fields);
        fields.RefuseUnknown();
        return fields.Errors.Any ? default : SettingsWriter.Store(read);
    }

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings) => SettingsWriter.Show(ReadStored(settings));

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var (now, before) = (ReadStored(settings), stored.ValueKind is JsonValueKind.Object ? ReadStored(stored) : null);
        // A secret belongs to one access key and one server.
        var belongs = before is not null
            && now.Common.Keys?.AccessKeyId == before.Common.Keys?.AccessKeyId
            && now.Common.Endpoint == before.Common.Endpoint
            && now.Server == before.Server;
        return StoredSecrets.Restore(
            now,
            before,
            _ => belongs,
            path => errors.Add($"provider.{path} is {Secret.Mask}, but no secret is stored for this awsAccessKeyId and server"));
    }

    /// <inheritdoc/>
    public abstract ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Reads settings. They are not used when an error was added.</summary>
    protected abstract TSettings Read(JsonFields fields);

    /// <summary>Reads settings that were checked when they were stored.</summary>
    protected TSettings ReadStored(JsonElement settings) => Read(new JsonFields(settings, "provider", FieldErrors.Ignored));

    /// <summary>Returns the result of a call that is not made because the service would refuse it in a way that looks temporary.</summary>
    /// <param name="size">The size of the event, in bytes.</param>
    /// <param name="max">The largest size, in bytes.</param>
    protected FunctionResult TooLarge(int size, int max) => new(FunctionOutcome.Permanent)
    {
        Error = $"The event is too large: it has {size} bytes, and {Type} takes at most {max}.",
    };
}
