using System.Buffers;
using System.Globalization;
using System.Text;
using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Events;

/// <summary>Refuses raw requests that cannot be forwarded safely.</summary>
internal static class RawRefusal
{
    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!$&'()*+,=:@");

    /// <summary>Checks a request.</summary>
    /// <param name="isForwarded">Whether the function gets the request itself, not the event.</param>
    /// <returns>The refusal, or null when the request can be forwarded.</returns>
    public static JsonResponse? Find(HttpRequest request, bool isForwarded)
    {
        if (AsksForUpgrade(request))
        {
            return JsonResponse.Error(
                StatusCodes.Status501NotImplemented, "The connection cannot be upgraded: requests are forwarded, connections are not.");
        }

        if (!isForwarded)
        {
            return null;
        }

        // Such a path could leave the function's URL.
        if (HasDotSegment(RequestTarget.RawPath(request)))
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, "The path has a segment \".\" or \"..\", which cannot be forwarded.");
        }

        // A request has no fragment, and servers differ in what they make of one.
        return RequestTarget.HasFragment(request)
            ? JsonResponse.Error(StatusCodes.Status400BadRequest, "The path or the query has a \"#\", which cannot be forwarded; send it as %23.")
            : null;
    }

    // The client of Java offers HTTP/2 (h2c) with its first request, and works when the offer is ignored.
    private static bool AsksForUpgrade(HttpRequest request) =>
        request.HttpContext.Features.Find<IHttpExtendedConnectFeature>()?.IsExtendedConnect is true
        || (request.HttpContext.Features.Find<IHttpUpgradeFeature>()?.IsUpgradableRequest is true
            && !request.Headers.Upgrade.ToString().Equals("h2c", StringComparison.OrdinalIgnoreCase));

    // Reads the path as the most lenient server would: escapes decoded, backslashes as slashes, and a segment cut at the first
    // character that a segment may not have.
    private static bool HasDotSegment(string path)
    {
        if (!path.Contains('.', StringComparison.Ordinal) && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var segment in Unescape(path).Split('/', '\\'))
        {
            var end = segment.AsSpan().IndexOfAnyExcept(SegmentCharacters);
            if ((end < 0 ? segment : segment[..end]) is "." or "..")
            {
                return true;
            }
        }

        return false;
    }

    // Decodes each escape to one character. A % without an escape stays.
    private static string Unescape(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && byte.TryParse(path.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                text.Append((char)octet);
                i += 2;
            }
            else
            {
                text.Append(path[i]);
            }
        }

        return text.ToString();
    }
}
