namespace EventGateway.Core.Delivery;

/// <summary>A store that says which of its files it cannot use.</summary>
public interface IStoreHealth
{
    /// <summary>The files that the store cannot use. Empty while all is well.</summary>
    IReadOnlyList<StoreFault> Faults { get; }
}
