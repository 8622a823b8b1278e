namespace EventGateway.Abstractions.Delivery;

/// <summary>What became of a drop.</summary>
/// <param name="Deliveries">How many deliveries waited; leased ones may be among them.</param>
/// <param name="FilesLeft">
/// The numbers of files that are damaged. They take no new deliveries. Their deliveries are dropped once they are mended, but a
/// restart before that needs the drop again.
/// </param>
public readonly record struct DropResult(long Deliveries, IReadOnlyCollection<long> FilesLeft);
