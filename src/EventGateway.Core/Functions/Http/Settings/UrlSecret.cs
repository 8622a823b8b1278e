namespace EventGateway.Core.Functions.Http.Settings;

/// <summary>The user and password of a function's URL: <c>https://user:password@host/…</c>.</summary>
internal static class UrlSecret
{
    /// <summary>The secret as it stands in a URL that <see cref="HttpTarget.ParseUrl"/> takes; empty where there is none.</summary>
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

    /// <summary>Whether two URLs name the same server, reached in the same way.</summary>
    public static bool HaveOneServer(string url, string other) =>
        Uri.Compare(new Uri(url), new Uri(other), UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static int Start(string url) => url.IndexOf("://", StringComparison.Ordinal) + 3;
}
