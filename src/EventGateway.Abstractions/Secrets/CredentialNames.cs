using System.Collections.Frozen;

namespace EventGateway.Abstractions.Secrets;

/// <summary>Recognizes credentials in headers, queries and extensions of events by their names.</summary>
public static class CredentialNames
{
    /// <summary>Shown in place of a credential.</summary>
    public const string Mask = "*****";

    // A name that contains one of these words is the name of a credential.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "authorization", "authentication", "cookie", "cookies", "token", "secret", "password", "passwd", "credential", "credentials", "jwt", "assertion", "signature", "oidc",
        "apikey", "appkey", "accesskey", "secretkey", "privatekey", "accesstoken", "authtoken", "idtoken", "refreshtoken", "sessiontoken", "clientsecret",
        "proxyauthorization", "setcookie", "xapikey", "xauthtoken", "xaccesstoken", "sessionid", "jsessionid", "phpsessid");

    // Keys of these kinds are credentials. Others, such as an idempotency key, are not.
    private static readonly FrozenSet<string> Keys = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "x", "api", "app", "application", "auth", "access", "account", "client", "function", "functions", "host", "license", "master", "private", "rapidapi",
        "sas", "secret", "security", "service", "shared", "signing", "subscription");

    private static readonly FrozenSet<string> QueryNames = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "code", "key", "pass", "pwd", "sas", "sig");

    /// <summary>Returns whether a header, or an extension of an event, holds a credential.</summary>
    /// <param name="name">The name, in any case.</param>
    public static bool IsHeader(ReadOnlySpan<char> name)
    {
        ReadOnlySpan<char> last = default;
        ReadOnlySpan<char> beforeLast = default;
        for (var rest = name; !rest.IsEmpty;)
        {
            var length = WordLength(rest);
            if (length > 0)
            {
                beforeLast = last;
                last = rest[..length];
                if (Contains(Words, last))
                {
                    return true;
                }
            }

            rest = rest[Math.Max(length, 1)..];
        }

        return last.Equals("auth", StringComparison.OrdinalIgnoreCase)
            || last.Equals("session", StringComparison.OrdinalIgnoreCase)
            || (last.Equals("key", StringComparison.OrdinalIgnoreCase) && Contains(Keys, beforeLast))
            || (last.Equals("id", StringComparison.OrdinalIgnoreCase) && beforeLast.Equals("session", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Returns whether a parameter of a query holds a credential.</summary>
    /// <param name="name">The name, decoded, in any case.</param>
    public static bool IsQuery(ReadOnlySpan<char> name) =>
        Contains(QueryNames, name) || IsHeader(name);

    private static bool Contains(FrozenSet<string> words, ReadOnlySpan<char> word) =>
        words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    // A word ends before a character that is not a letter or a digit, and before a capital letter after a small one.
    private static int WordLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length
            && char.IsAsciiLetterOrDigit(text[length])
            && !(length > 0 && char.IsAsciiLetterUpper(text[length]) && char.IsAsciiLetterLower(text[length - 1])))
        {
            length++;
        }

        return length;
    }
}
