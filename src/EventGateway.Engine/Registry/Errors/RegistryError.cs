namespace EventGateway.Engine.Registry.Errors;

/// <summary>A refusal: nothing was stored, unless a message says otherwise.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Messages">One text for each error, at least one.</param>
public sealed record RegistryError(RegistryReason Reason, IReadOnlyList<string> Messages)
{
    /// <summary>Creates a refusal with one text.</summary>
    public RegistryError(RegistryReason reason, string text)
        : this(reason, [text])
    {
    }
}
