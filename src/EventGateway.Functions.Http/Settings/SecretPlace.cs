namespace EventGateway.Functions.Http.Settings;

/// <summary>A secret in settings: where it is, what it is, and how it is replaced.</summary>
/// <param name="Path">Where it is, without <c>provider.</c>: <c>auth.token</c>, <c>signing.keys[0]</c>.</param>
/// <param name="Value">The secret, or its mask.</param>
/// <param name="Replace">Puts another in its place.</param>
internal sealed record SecretPlace(string Path, string Value, Action<string> Replace);
