using System.Text;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// Hides secrets in what is kept of an answer, since functions that fail like to tell what they were sent. A secret is found in
/// every usual spelling: escaped as in JSON, URLs and HTML, in base64 or hex, in another case, and these in one another.
/// </summary>
public sealed class Redaction
{
    /// <summary>The shortest secret that is hidden, in characters: a shorter one cannot be told from other text.</summary>
    public const int FewestCharacters = 4;

    // Such as a Basic header in a dump that is encoded as a whole.
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

    /// <summary>Hides these secrets.</summary>
    /// <param name="secrets">The secrets; empty ones do not count.</param>
    /// <returns>What hides them, or null when there are none.</returns>
    public static Redaction? Of(IEnumerable<string> secrets)
    {
        var hidden = secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return hidden.Length == 0 ? null : new Redaction(hidden);
    }

    /// <summary>Hides more secrets beside those of another redaction.</summary>
    /// <param name="redaction">The other. Null when there is none.</param>
    /// <param name="secrets">The secrets.</param>
    /// <returns>What hides them all, or null when there are none.</returns>
    public static Redaction? With(Redaction? redaction, IEnumerable<string> secrets) => Of([.. redaction?._secrets ?? [], .. secrets]);

    /// <summary>Puts asterisks in place of the secrets.</summary>
    /// <param name="text">The beginning of a text; a secret that is cut off at its end is hidden too, from four characters on.</param>
    public void Apply(Span<byte> text)
    {
        var hidden = Find(text);
        for (var at = 0; at < text.Length; at++)
        {
            text[at] = hidden[at] ? Asterisk : text[at];
        }
    }

    /// <summary>Puts the mask in place of each secret.</summary>
    /// <param name="text">The text.</param>
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
