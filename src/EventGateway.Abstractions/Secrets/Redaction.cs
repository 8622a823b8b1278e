using System.Text;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// Masks secrets in stored answers, because functions that fail often repeat the request that they received. A secret is found in
/// every usual spelling: escaped as in JSON, URLs and HTML, in base64 or hex, in another case, and these in one another.
/// </summary>
public sealed class Redaction
{
    /// <summary>The shortest secret that is masked, in characters. Shorter ones look like other text.</summary>
    public const int FewestCharacters = 4;

    // For example a Basic header in a dump that is encoded itself.
    private const int MaxDepth = 3;

    private const byte Asterisk = (byte)'*';

    private readonly string[] _secrets;
    private readonly int[][] _folded;
    private readonly int _longest;

    private Redaction(string[] secrets)
    {
        _secrets = secrets;
        _folded = [.. secrets.Select(Symbol.Fold).Where(secret => secret.Length >= FewestCharacters)];
        _longest = _folded.Length == 0 ? 0 : _folded.Max(secret => secret.Length) * 4;
    }

    /// <summary>Returns a redaction of secrets. Null when there are none.</summary>
    /// <param name="secrets">The secrets. Empty ones are ignored.</param>
    public static Redaction? Of(IEnumerable<string> secrets)
    {
        var hidden = secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return hidden.Length == 0 ? null : new Redaction(hidden);
    }

    /// <summary>Returns a redaction of more secrets. Null when there are none.</summary>
    /// <param name="redaction">The other. Null when there is none.</param>
    public static Redaction? With(Redaction? redaction, IEnumerable<string> secrets) => Of([.. redaction?._secrets ?? [], .. secrets]);

    /// <summary>Replaces the secrets by asterisks.</summary>
    /// <param name="text">The beginning of a text. A secret that is cut off at its end is masked too, when it has four characters or more.</param>
    public void Apply(Span<byte> text)
    {
        var hidden = Find(text);
        for (var at = 0; at < text.Length; at++)
        {
            text[at] = hidden[at] ? Asterisk : text[at];
        }
    }

    /// <summary>Replaces each secret by the mask.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        var hidden = Find(bytes);
        if (!hidden.Contains(true))
        {
            return text;
        }

        var masked = new StringBuilder();
        for (var at = 0; at < bytes.Length;)
        {
            var rest = hidden.AsSpan(at);
            var length = rest.IndexOf(!rest[0]) is >= 0 and var end ? end : rest.Length;
            masked.Append(rest[0] ? CredentialNames.Mask : Encoding.UTF8.GetString(bytes, at, length));
            at += length;
        }

        return masked.ToString();
    }

    private bool[] Find(ReadOnlySpan<byte> text)
    {
        var hidden = new bool[text.Length];
        if (_folded.Length > 0 && !text.IsEmpty)
        {
            Search(new SpelledText(text), hidden, depth: 0);
        }

        return hidden;
    }

    private void Search(SpelledText text, Span<bool> hidden, int depth)
    {
        var search = new SecretSearch(text, hidden);
        foreach (var secret in _folded)
        {
            search.Hide(secret, FewestCharacters);
        }

        if (depth < MaxDepth)
        {
            foreach (var decoded in EncodedRuns.Decode(text, _longest))
            {
                Search(decoded, hidden, depth + 1);
            }
        }
    }
}
