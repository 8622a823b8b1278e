namespace EventGateway.Api.Delivery;

/// <summary>The result of a retry.</summary>
/// <param name="Retried">The number of deliveries whose next attempt is due now. Those that are paused, and those whose function is being called, are not among them.</param>
internal sealed record RetryDocument(long Retried);
