namespace EventGateway.Api.Delivery;

/// <summary>The result of a deletion.</summary>
/// <param name="Deleted">The number of deleted dead letters.</param>
internal sealed record DeletionDocument(int Deleted);
