namespace EventGateway.Abstractions.Delivery;

/// <summary>A store that says which of its files it cannot use, or not all of them.</summary>
public interface IStoreHealth
{
    /// <summary>The files that are missing or damaged. Empty while all is well.</summary>
    IReadOnlyList<StoreFault> Faults { get; }
}
