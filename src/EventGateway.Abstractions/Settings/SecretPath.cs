namespace EventGateway.Abstractions.Settings;

/// <summary>Where a secret is in settings.</summary>
/// <param name="Name">
/// What it is found by when its mask is sent back: <c>auth.token</c>. In a list, a secret with a name is found by it, wherever it stands:
/// <c>signing.keys[2026-11].key</c>.
/// </param>
/// <param name="Place">Where it stands, as errors say it: <c>signing.keys[1].key</c>.</param>
internal readonly record struct SecretPath(string Name, string Place)
{
    /// <summary>Returns the path with more text at its end.</summary>
    public SecretPath Then(SecretPath end) => new(Name + end.Name, Place + end.Place);
}
