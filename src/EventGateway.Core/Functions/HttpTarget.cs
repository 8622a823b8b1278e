using System.Net;
using System.Text;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Functions;

/// <summary>Where an HTTP function is, parsed once per function.</summary>
internal sealed class HttpTarget
{
    private HttpTarget(Uri uri)
    {
        Uri = uri;
        Version = uri.Scheme == Uri.UriSchemeHttps ? HttpVersion.Version20 : HttpVersion.Version11;
        Authorization = uri.UserInfo.Length == 0
            ? null
            : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo)));
    }

    /// <summary>The URL.</summary>
    public Uri Uri { get; }

    /// <summary>The highest version that the server is asked for; over TLS it picks, without it HTTP/1.1 is certain.</summary>
    public Version Version { get; }

    /// <summary>The <c>authorization</c> header that the URL's user and password make. Not set: it has none.</summary>
    public string? Authorization { get; }

    /// <summary>Reads an absolute http or https URL that names a host.</summary>
    /// <returns>The target, or null where the text is no such URL.</returns>
    public static HttpTarget? TryParse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0
            || !url.AsSpan(uri.Scheme.Length).StartsWith("://")
            || url.AsSpan().ContainsAnyInRange('\0', ' ')
            || !PercentEncoding.IsValid(url))
        {
            return null;
        }

        return new HttpTarget(uri);
    }
}
