namespace EventGateway.Abstractions.Resources;

/// <summary>A type of event that subscriptions may name.</summary>
public sealed record EventType : IResource
{
    /// <inheritdoc/>
    public required string Space { get; init; }

    /// <summary>The type's name, unique in its space: letters, digits, <c>.</c>, <c>-</c>, <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>A function of the same space that is asked before any subscriber is called. Not set: nobody is asked.</summary>
    public string? AuthorizerId { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => Name;
}
