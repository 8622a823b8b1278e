using System.Text;

namespace EventGateway.Core.Functions.Http;

/// <summary>Hides a function's secrets in what is kept of its answers, since functions that fail like to tell what they were sent.</summary>
internal sealed class Redaction
{
    // Shorter ones hide nothing, and would tear other words apart.
    private const int FewestBytes = 4;

    private readonly byte[][] _secrets;

    private Redaction(byte[][] secrets) => _secrets = secrets;

    /// <summary>Hides these.</summary>
    /// <returns>What hides them, or null where none is worth it.</returns>
    public static Redaction? Of(IEnumerable<string> secrets)
    {
        var hidden = secrets.Where(secret => secret.Length >= FewestBytes).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes).ToArray();
        return hidden.Length == 0 ? null : new Redaction(hidden);
    }

    /// <summary>Hides them, and a token.</summary>
    /// <param name="text">The beginning of an answer.</param>
    /// <param name="token">The token. Not set: none was sent.</param>
    public void Apply(Span<byte> text, string? token)
    {
        foreach (var secret in _secrets)
        {
            Hide(text, secret);
        }

        if (token is not null)
        {
            Hide(text, Encoding.UTF8.GetBytes(token));
        }
    }

    private static void Hide(Span<byte> text, ReadOnlySpan<byte> secret)
    {
        var rest = text;
        for (var at = rest.IndexOf(secret); at >= 0; at = rest.IndexOf(secret))
        {
            rest.Slice(at, secret.Length).Fill((byte)'*');
            rest = rest[(at + secret.Length)..];
        }

        // The text may have been cut off within one.
        for (var length = Math.Min(secret.Length - 1, rest.Length); length >= FewestBytes; length--)
        {
            if (rest.EndsWith(secret[..length]))
            {
                rest[^length..].Fill((byte)'*');
                return;
            }
        }
    }
}
