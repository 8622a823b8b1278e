using System.Text;

namespace EventGateway.Abstractions.Secrets;

/// <summary>Masks the credentials in URLs: user and password, and parameters of the query or fragment with the names of credentials.</summary>
/// <remarks>Senders choose the text, so each character is read a fixed number of times, whatever the text.</remarks>
public static class UrlCredentials
{
    private const string Authority = "://";

    /// <summary>Masks the credentials of URLs in a message, such as an exception's, which may name a proxy or an endpoint.</summary>
    /// <param name="text">A message. It stays the same when it has no URL with a scheme.</param>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains(Authority, StringComparison.Ordinal) ? MaskUrl(text) : text;
    }

    /// <summary>Masks the credentials of a URL.</summary>
    /// <param name="url">A URL, or a reference that is relative to one: <c>/hook?code=…</c>.</param>
    public static string MaskUrl(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return MaskParameters(MaskUsers(url));
    }

    private static string MaskUsers(string text)
    {
        var masked = new StringBuilder();
        var copied = 0;
        for (var at = IndexOf(text, Authority, 0); at < text.Length; at = IndexOf(text, Authority, at))
        {
            at += Authority.Length;
            var end = IndexOfAny(text, "/\\?#", at);
            if (text.AsSpan(at, end - at).LastIndexOf('@') is > 0 and var user)
            {
                masked.Append(text, copied, at - copied).Append(CredentialNames.Mask);
                copied = at + user;
            }

            at = end;
        }

        return copied == 0 ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    private static string MaskParameters(string text)
    {
        var masked = new StringBuilder();
        var copied = 0;
        for (var at = 0; text.AsSpan(at).IndexOfAny('?', '&', '#') is >= 0 and var skipped;)
        {
            var name = at + skipped + 1;
            at = IndexOfAny(text, "=?&#", name);
            if (at == text.Length || text[at] != '=')
            {
                continue;
            }

            // What follows a further question mark is decided on its own, so that each character is read once.
            var next = IndexOfAny(text, "?&#", ++at);
            if (!QueryCredentials.IsCredential(text.AsSpan(name, next - name)))
            {
                at = next;
                continue;
            }

            var end = IndexOfAny(text, "&#", next);
            if (end > at)
            {
                masked.Append(text, copied, at - copied).Append(CredentialNames.Mask);
                copied = at = end;
            }
        }

        return copied == 0 ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    private static int IndexOf(string text, string value, int from) =>
        text.IndexOf(value, from, StringComparison.Ordinal) is >= 0 and var at ? at : text.Length;

    // A URL in a message ends before white space, a quotation mark or a pointed bracket.
    private static int IndexOfAny(string text, ReadOnlySpan<char> values, int from)
    {
        for (; from < text.Length; from++)
        {
            if (values.Contains(text[from]) || text[from] is '"' or '\'' or '<' or '>' || char.IsWhiteSpace(text[from]))
            {
                return from;
            }
        }

        return from;
    }
}
