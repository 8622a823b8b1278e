using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Functions.Aws.Settings;

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
        CommonSettings.Unmask(settings, stored, errors, (a, b) => ServerOf(a) == ServerOf(b));

    /// <inheritdoc/>
    public abstract ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken);

    /// <summary>The result of a call that is not made, since the service would break it off, which looks like a failure that may pass.</summary>
    /// <param name="size">How large the event is, in bytes.</param>
    /// <param name="most">How large one may be.</param>
    private protected FunctionResult TooLarge(int size, int most) => new(FunctionOutcome.Permanent)
    {
        Error = $"The event is too large: it has {size} bytes, and {Type} takes at most {most}.",
    };

    /// <summary>Reads and checks the field that says what is called.</summary>
    /// <returns>Its text, or null where an error was added.</returns>
    private protected abstract string? ReadResource(SettingsReader settings);

    /// <summary>Where what is called is by itself, whatever the endpoint. Default: nowhere else.</summary>
    /// <param name="settings">Settings that were validated.</param>
    private protected virtual Uri? ServerOf(JsonElement settings) => null;

    /// <summary>Checks what is called against the region. Default: any goes with any.</summary>
    private protected virtual void CheckTogether(SettingsReader settings, string resource, string region)
    {
    }
}
