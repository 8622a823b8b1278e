namespace EventGateway.Abstractions.Delivery;

/// <summary>A store that reports which of its files are missing or damaged.</summary>
public interface IStoreHealth
{
    /// <summary>The files that are missing or damaged.</summary>
    IReadOnlyList<StoreFault> Faults { get; }
}
