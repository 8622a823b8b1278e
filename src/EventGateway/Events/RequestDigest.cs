using System.Security.Cryptography;
using System.Text;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Identifies requests by what an authorizer may decide by: method, target and headers.</summary>
internal static class RequestDigest
{
    // These differ between requests of the same sender, or describe the body.
    private static readonly HashSet<string> Volatile = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Date", "traceparent", "tracestate", "ce-id", "ce-time", "CE-EventID", "CE-EventTime",
    };

    /// <summary>Returns a digest. Requests that differ only in the order of headers or in the case of header names have the same one.</summary>
    public static string Of(HttpRequest request)
    {
        var headers = new List<KeyValuePair<string, StringValues>>(request.Headers.Count);
        foreach (var header in request.Headers)
        {
            if (!Volatile.Contains(header.Key))
            {
                headers.Add(header);
            }
        }

        headers.Sort(static (one, other) => StringComparer.OrdinalIgnoreCase.Compare(one.Key, other.Key));
        var text = new StringBuilder(request.Method).Append(' ').Append(RequestTarget.RawPath(request)).Append(request.QueryString.Value);
        foreach (var (name, values) in headers)
        {
            // The length prevents that one header's value looks like another header.
            text.Append('\n').Append(name.ToLowerInvariant());
            foreach (var value in values)
            {
                text.Append('\n').Append(value?.Length).Append(':').Append(value);
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
