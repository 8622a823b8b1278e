using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Abstractions.Functions;

/// <summary>Calls functions of one type.</summary>
public interface IFunctionProvider
{
    /// <summary>The name of the type, as a function's <c>type</c> has it.</summary>
    string Type { get; }

    /// <summary>Describes the settings for the OpenAPI document of the Configuration API.</summary>
    /// <returns>
    /// A new JSON Schema (2020-12) of the <c>provider</c> object. Its <c>title</c> begins the names of the schemas that are made of it; objects
    /// in it that have a title become schemas of their own. <see cref="JsonFields.Describe(System.Func{JsonFields, object})"/> makes one of a
    /// reader. Default: null, any object.
    /// </returns>
    JsonObject? DescribeSettings() => null;

    /// <summary>Checks a function's settings, adding every broken rule to <paramref name="errors"/>.</summary>
    /// <param name="settings">The <c>provider</c> object; of kind <see cref="JsonValueKind.Undefined"/> when it is missing.</param>
    /// <param name="errors">Collects messages that name the field (<c>provider.url</c>) and what is accepted.</param>
    /// <returns>The settings as they are stored: known fields only. Any value when an error was added.</returns>
    JsonElement Validate(JsonElement settings, SettingErrors errors);

    /// <summary>Masks the secrets of settings.</summary>
    /// <param name="settings">The settings as they are stored.</param>
    /// <returns>The settings as readers see them, each secret replaced by <see cref="Secret.Mask"/>. Default: they have no secrets.</returns>
    JsonElement Mask(JsonElement settings) => settings;

    /// <summary>Puts stored secrets in place of the masks that a client has read and sends back.</summary>
    /// <param name="settings">The new settings, which passed <see cref="Validate"/>.</param>
    /// <param name="stored">The settings that they replace; of kind <see cref="JsonValueKind.Undefined"/> when there are none of this type.</param>
    /// <param name="errors">Collects messages about masks for which no secret is stored.</param>
    /// <returns>The settings as they are stored: unchanged when they have no mask. Any value when an error was added. Default: they have no secrets.</returns>
    JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors) => settings;

    /// <summary>Calls a function once.</summary>
    /// <param name="function">The function, whose settings passed <see cref="Validate"/>.</param>
    /// <param name="invocation">The event, written in the format that the subscription asks for.</param>
    /// <param name="cancellationToken">Cancelled at the call's deadline or when the caller has gone.</param>
    /// <returns>The result. A provider reports failures as outcomes and throws only for a cancellation.</returns>
    ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken);
}
