using System.Text.Json;

namespace EventGateway.Abstractions.Resources;

/// <summary>A function: something that a provider can call with an event.</summary>
public sealed record Function : IResource
{
    /// <inheritdoc/>
    public required string Space { get; init; }

    /// <summary>The function's id, unique in its space: letters, digits, <c>.</c>, <c>-</c>, <c>_</c>.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The name of the provider that calls it, such as <c>http</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The provider's own settings, an object that the provider has validated and normalized.</summary>
    public required JsonElement Provider { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => FunctionId;
}
