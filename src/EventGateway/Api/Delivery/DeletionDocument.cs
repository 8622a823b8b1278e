namespace EventGateway.Api.Delivery;

/// <summary>Dead letters that were deleted.</summary>
/// <param name="Deleted">How many.</param>
public sealed record DeletionDocument(int Deleted);
