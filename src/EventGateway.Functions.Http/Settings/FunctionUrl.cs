using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Parses the URLs of functions and token servers.</summary>
internal static class FunctionUrl
{
    /// <summary>Parses an absolute http or https URL that names a host. Returns null when the text is not such a URL.</summary>
    public static Uri? Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0
        && url.AsSpan(uri.Scheme.Length).StartsWith("://")
        && !url.AsSpan().ContainsAnyInRange('\0', ' ')
        && PercentEncoding.IsValid(url)
            ? uri
            : null;

    /// <summary>Returns whether a text is a URL without a user and a fragment.</summary>
    public static bool IsTokenUrl(string text) => Parse(text) is { UserInfo: "", Fragment: "" };
}
