using System.Text.Json;
using EventGateway.Aws.Settings;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;

namespace EventGateway.Aws;

/// <summary>What the AWS providers have in common: region, credentials and endpoint.</summary>
public abstract class AwsFunctionProvider : IFunctionProvider
{
    private protected AwsFunctionProvider()
    {
    }

    /// <inheritdoc/>
    public abstract string Type { get; }

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var before = errors.Count;
        var reader = new SettingsReader(settings, errors);
        var resource = ReadResource(reader);
        if (CommonSettings.Read(reader) is { } region && resource is not null)
        {
            CheckTogether(reader, resource, region);
        }

        return errors.Count > before ? default : reader.ToJson();
    }

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings) => CommonSettings.Mask(settings);

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors) =>
        CommonSettings.Unmask(settings, stored, errors);

    /// <inheritdoc/>
    public abstract ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Reads and checks the field that says what is called.</summary>
    /// <returns>Its text, or null where an error was added.</returns>
    private protected abstract string? ReadResource(SettingsReader settings);

    /// <summary>Checks what is called against the region. Default: any goes with any.</summary>
    private protected virtual void CheckTogether(SettingsReader settings, string resource, string region)
    {
    }
}
