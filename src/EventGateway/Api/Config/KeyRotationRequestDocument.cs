using EventGateway.Abstractions.Functions;

namespace EventGateway.Api.Config;

/// <summary>A request for a new key that signs the requests to a function.</summary>
/// <param name="Name">The name of the key: letters, digits, '.', '-' and '_', unique among the keys of the function. Default: made of the date and time.</param>
/// <param name="Algorithm">How the key signs: hmac-sha256 or ed25519. Default: hmac-sha256.</param>
/// <param name="Overlap">How long the keys before it stay valid: an ISO 8601 duration, P30D at most. PT0S or 0 removes them at once. Default: PT24H.</param>
internal sealed record KeyRotationRequestDocument(string? Name = null, KeyAlgorithm? Algorithm = null, TimeSpan? Overlap = null);
