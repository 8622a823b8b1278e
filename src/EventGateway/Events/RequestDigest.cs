using System.Security.Cryptography;
using System.Text;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Tells requests apart by what an authorizer may judge them by: method, target and headers.</summary>
internal static class RequestDigest
{
    // These differ between requests of one sender, or describe the body.
    private static readonly HashSet<string> Volatile = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Date", "traceparent", "tracestate", "ce-id", "ce-time", "CE-EventID", "CE-EventTime",
    };

    /// <summary>Returns a text that is equal for requests that differ in the order and the case of their headers' names at most.</summary>
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
            // Lengths keep one header's value from passing for another header.
            text.Append('\n').Append(name.ToLowerInvariant());
            foreach (var value in values)
            {
                text.Append('\n').Append(value?.Length).Append(':').Append(value);
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
