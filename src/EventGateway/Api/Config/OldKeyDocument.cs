namespace EventGateway.Api.Config;

/// <summary>A key that a new one replaces.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="ExpiresAt">From when on it signs no more.</param>
internal sealed record OldKeyDocument(string Name, DateTime ExpiresAt);
