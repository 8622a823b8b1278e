using Microsoft.AspNetCore.Server.Kestrel.Core;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace EventGateway.Serving.Refusals;

/// <summary>Explains in the gateway's words why Kestrel refuses a request, and what is accepted.</summary>
internal static class RefusalText
{
    private const string HeaderLine =
        "A header is malformed. Each is a name, a colon and a value without control characters, on one line that ends with CR LF.";

    private const string Unexplained = "The request is not valid HTTP/1.1.";

    // The beginnings of Kestrel's messages. The rest of a message repeats the request, which may hold secrets.
    private static readonly (string Begin, string Text)[] Texts =
    [
        ("Invalid request line", "The request line is malformed. It is a method, a target and HTTP/1.1, with one space between them, and ends with CR LF."),
        ("Invalid request target", "The target is malformed. It is a path and a query, in ASCII and without %00; send other characters percent-encoded."),
        ("Invalid request header", HeaderLine),
        ("Malformed request", HeaderLine),
        ("Invalid characters in header name", "The name of a header is malformed. It has only letters, digits and !#$%&'*+-.^_`|~."),
        ("Invalid content length", FramingCheck.BadLength),
        ("Multiple Content-Length", "Content-Length: occurs twice; one is accepted"),
        ("The message body length cannot be determined", FramingCheck.BadCoding),
        ("Request is missing Host", "Host: missing, a request of HTTP/1.1 needs it"),
        ("Multiple Host", "Host: occurs twice; one is accepted"),
        ("Invalid Host", "Host: must be a name or an IP address, with a port or without"),
        ("Method not allowed", "The target does not fit the method: * is for OPTIONS, and a host with a port is for CONNECT."),
        ("Unrecognized HTTP version", "The version of HTTP is not known. HTTP/1.1 and HTTP/1.0 are accepted, and HTTP/2 over TLS."),
        ("Detected a TLS handshake", "The port takes HTTP without TLS."),
    ];

    /// <summary>Returns the text for an error of Kestrel.</summary>
    /// <param name="error">The error.</param>
    /// <param name="limits">The limits of Kestrel, which some texts name.</param>
    public static string Of(BadHttpRequestException error, KestrelServerLimits limits) => error.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => $"The headers did not arrive within {limits.RequestHeadersTimeout.TotalSeconds} s.",
        StatusCodes.Status414UriTooLong => $"The request line is longer than {limits.MaxRequestLineSize} bytes.",
        StatusCodes.Status431RequestHeaderFieldsTooLarge =>
            $"The headers are too large. A request has at most {limits.MaxRequestHeaderCount} headers, which have at most {limits.MaxRequestHeadersTotalSize} bytes together.",
        _ => Find(error.Message),
    };

    private static string Find(string message)
    {
        foreach (var (begin, text) in Texts)
        {
            if (message.StartsWith(begin, StringComparison.Ordinal))
            {
                return text;
            }
        }

        return message.EndsWith("contains no Content-Length header.", StringComparison.Ordinal)
            ? "Content-Length: missing, a request of HTTP/1.0 with a body needs it"
            : Unexplained;
    }
}
