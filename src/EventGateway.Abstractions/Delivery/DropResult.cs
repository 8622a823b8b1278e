namespace EventGateway.Abstractions.Delivery;

/// <summary>The result of a drop.</summary>
/// <param name="Deliveries">How many deliveries were dropped. Leased ones may be among them.</param>
/// <param name="FilesLeft">
/// The numbers of files that are damaged. They accept no new deliveries. Their deliveries are dropped once they are repaired. A
/// restart before that requires another drop.
/// </param>
public readonly record struct DropResult(long Deliveries, IReadOnlyCollection<long> FilesLeft);
