using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Settings;

/// <summary>
/// A secret of a list. When a client sends its mask, a secret with a name is found by it. Those without names are found by their order.
/// </summary>
public interface IListedSecret : ISettings
{
    /// <summary>The name, unique in the list whatever its case. Null means none: the list has the secret as a string, not as an object.</summary>
    string? Name { get; }

    /// <summary>The secret.</summary>
    Secret Key { get; }
}
