namespace EventGateway.Abstractions.Resources;

/// <summary>Something that the Configuration API manages.</summary>
public interface IResource
{
    /// <summary>The space that it belongs to.</summary>
    string Space { get; }

    /// <summary>What identifies it among resources of its kind in its space.</summary>
    string Id { get; }

    /// <summary>The operator's own labels, by which lists can be filtered. Default: none.</summary>
    IReadOnlyDictionary<string, string>? Metadata { get; }
}
