using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>An <see cref="EventType"/> as it is stored and answered.</summary>
public sealed record EventTypeDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its name, unique in the space: letters, digits, '.', '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>A function of the space that is asked before any subscriber is called. Not set: nobody is asked.</summary>
    public string? AuthorizerId { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
