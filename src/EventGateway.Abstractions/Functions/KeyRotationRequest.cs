namespace EventGateway.Abstractions.Functions;

/// <summary>A request for a new key.</summary>
/// <param name="Name">The name of the new key. Null means one that is made of the time.</param>
/// <param name="Algorithm">How the new key signs.</param>
/// <param name="Overlap">How long the keys before it stay valid. Zero removes them.</param>
public sealed record KeyRotationRequest(string? Name, KeyAlgorithm Algorithm, TimeSpan Overlap);
