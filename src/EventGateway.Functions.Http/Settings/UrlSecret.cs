using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The secrets of a URL: user and password, <c>https://user:password@host/…</c>, and keys in the query, <c>?code=…</c>.</summary>
internal static class UrlSecret
{
    /// <summary>The secret as it stands in a URL that <see cref="FunctionUrl.Parse"/> takes; empty where there is none.</summary>
    public static ReadOnlySpan<char> Find(string url)
    {
        var authority = url.AsSpan(Start(url));
        var end = authority.IndexOfAny("/\\?#");
        if (end >= 0)
        {
            authority = authority[..end];
        }

        var at = authority.LastIndexOf('@');
        return at < 0 ? [] : authority[..at];
    }

    /// <summary>The URL with another secret in place of the one that it has.</summary>
    public static string Replace(string url, ReadOnlySpan<char> secret)
    {
        var start = Start(url);
        return string.Concat(url.AsSpan(0, start), secret, url.AsSpan(start + Find(url).Length));
    }

    /// <summary>The parameters of the query with the names of credentials: the name, and where in the URL the value is.</summary>
    public static List<(string Name, Range Value)> FindKeys(string url)
    {
        var keys = new List<(string, Range)>();
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var end = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? fragment : url.Length;
        for (var at = query + 1; query >= 0 && at < end;)
        {
            var length = url.AsSpan(at, end - at).IndexOf('&') is >= 0 and var separator ? separator : end - at;
            var pair = url.AsSpan(at, length);
            var equals = pair.IndexOf('=');
            if (equals >= 0
                && equals + 1 < length
                && PercentEncoding.TryDecode(pair[..equals], plusIsSpace: true, out var name)
                && CredentialNames.IsQuery(name))
            {
                keys.Add((name, (at + equals + 1)..(at + length)));
            }

            at += length + 1;
        }

        return keys;
    }

    /// <summary>The URL with another value of one of its <see cref="FindKeys"/>.</summary>
    public static string ReplaceKey(string url, int index, string value)
    {
        var range = FindKeys(url)[index].Value;
        return string.Concat(url.AsSpan(0, range.Start.Value), value, url.AsSpan(range.End.Value));
    }

    /// <summary>Whether two URLs name the same server, reached in the same way.</summary>
    public static bool HaveOneServer(string url, string other) =>
        Uri.Compare(new Uri(url), new Uri(other), UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static int Start(string url) => url.IndexOf("://", StringComparison.Ordinal) + 3;
}
