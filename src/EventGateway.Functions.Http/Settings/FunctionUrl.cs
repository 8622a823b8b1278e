using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Parses the URLs of functions and token servers.</summary>
internal static class FunctionUrl
{
    /// <summary>Parses an absolute http or https URL that names a host.</summary>
    /// <returns>Null when the text is no such URL.</returns>
    public static Uri? Parse(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0
        && url.AsSpan(uri.Scheme.Length).StartsWith("://")
        && !url.AsSpan().ContainsAnyInRange('\0', ' ')
        && PercentEncoding.IsValid(url)
            ? uri
            : null;

    /// <summary>Whether a text is a URL that tokens can be fetched from.</summary>
    public static bool IsTokenUrl(string text) => Parse(text) is { UserInfo: "", Fragment: "" };
}
