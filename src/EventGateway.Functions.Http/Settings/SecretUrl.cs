using System.Text;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>
/// A URL with secrets: a user and a password, <c>https://user:password@host/…</c>, and keys in the query, <c>?code=…</c>. Its text
/// shows masks in their place.
/// </summary>
/// <param name="url">A URL that <see cref="FunctionUrl.Parse"/> accepts.</param>
internal sealed class SecretUrl(string url)
{
    /// <summary>Returns the URL with its secrets.</summary>
    public string Reveal() => url;

    /// <summary>Returns the URL with masks in place of its secrets.</summary>
    public override string ToString() => Spell(static (_, _) => Secret.Mask);

    /// <summary>Writes the URL.</summary>
    /// <param name="writer">Writes the field. The secrets are named <c>url</c>, for user and password, and <c>url?code</c>.</param>
    /// <param name="name">The field.</param>
    public void Write(SettingsWriter writer, string name) => writer.Write(name, Spell((part, secret) => writer.Spell(name + part, secret)));

    /// <summary>Returns whether another URL names the same server, reached in the same way.</summary>
    public bool HasServerOf(SecretUrl other) =>
        url == other.Reveal()
        || Uri.Compare(new Uri(url), new Uri(other.Reveal()), UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private string Spell(Func<string, Secret, string> spell)
    {
        var spelled = new StringBuilder();
        var copied = 0;
        foreach (var (name, range) in FindSecrets())
        {
            spelled.Append(url, copied, range.Start.Value - copied).Append(spell(name, new Secret(url[range])));
            copied = range.End.Value;
        }

        return spelled.Append(url, copied, url.Length - copied).ToString();
    }

    private IEnumerable<(string Name, Range Range)> FindSecrets()
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(start).IndexOfAny("/\\?#") is >= 0 and var length ? start + length : url.Length;
        if (url.AsSpan(start, end - start).LastIndexOf('@') is > 0 and var user)
        {
            yield return ("", start..(start + user));
        }

        // Keys of one name are a list: a mask must not keep the secret of another key. The name is escaped, so it has no brackets.
        var next = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var keys = FindKeys();
        foreach (var (key, range) in keys)
        {
            var name = "?" + Uri.EscapeDataString(key);
            var at = next[name] = next.GetValueOrDefault(name, -1) + 1;
            var isRepeated = keys.Count(other => other.Name.Equals(key, StringComparison.OrdinalIgnoreCase)) > 1;
            yield return (isRepeated ? $"{name}[{at}]" : name, range);
        }
    }

    private List<(string Name, Range Value)> FindKeys()
    {
        var keys = new List<(string, Range)>();
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var end = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? fragment : url.Length;
        for (var at = query + 1; query >= 0 && at < end;)
        {
            var length = url.AsSpan(at, end - at).IndexOf('&') is >= 0 and var separator ? separator : end - at;
            var pair = url.AsSpan(at, length);
            var equals = pair.IndexOf('=');
            // A mask that is sent back is in the place of a value that showed itself as a credential.
            if (equals >= 0 && equals + 1 < length && (QueryCredentials.IsCredential(pair) || pair[(equals + 1)..] is Secret.Mask))
            {
                keys.Add((TargetText.Decode(pair[..equals], plusIsSpace: true), (at + equals + 1)..(at + length)));
            }

            at += length + 1;
        }

        return keys;
    }
}
