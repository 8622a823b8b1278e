using System.Buffers;
using System.Globalization;
using System.Text;
using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Events;

/// <summary>Finds the requests that no function gets as they are.</summary>
internal static class RawRefusal
{
    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!$&'()*+,=:@");

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isForwarded">Whether the function gets the request itself, or an event that is made of it.</param>
    /// <returns>What its sender is answered, or null: nothing stands against it.</returns>
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

        // Such a path could lead out of the function's URL.
        if (HasDotSegment(RequestTarget.RawPath(request)))
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, "The path has a segment \".\" or \"..\", which cannot be forwarded.");
        }

        // It has no place in a request, and whoever reads on may take the rest for a fragment.
        return RequestTarget.HasFragment(request)
            ? JsonResponse.Error(StatusCodes.Status400BadRequest, "The path or the query has a \"#\", which cannot be forwarded; send it as %23.")
            : null;
    }

    // Java's client offers HTTP/2 with its first request to a server, and takes no notice of it as a refusal.
    private static bool AsksForUpgrade(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect is true
        || (request.HttpContext.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest is true
            && !request.Headers.Upgrade.ToString().Equals("h2c", StringComparison.OrdinalIgnoreCase));

    // As the most lenient server reads it: escapes undone, backslashes as slashes, and a segment cut off at the first
    // character that has no place in one.
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

    // One byte a character; what is no escape stays.
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
