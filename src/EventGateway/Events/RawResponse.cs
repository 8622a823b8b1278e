using System.Net.Http.Headers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Events;

/// <summary>Checks raw answers of functions before they are passed on, and removes hop-by-hop headers.</summary>
internal static class RawResponse
{
    /// <summary>Checks whether an answer can be passed on.</summary>
    /// <returns>What is wrong with the answer, for the log; null when it can be passed on.</returns>
    public static string? FindError(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        if (status is < 200 or > 599)
        {
            return $"the function answered with the status {status}, which is not valid for an answer";
        }

        if (!FieldValue.IsValid(answer.ReasonPhrase))
        {
            return "the function answered with characters that HTTP does not allow in the status line";
        }

        if (answer.Headers.NonValidated.TryGetValues("Transfer-Encoding", out var codings)
            && !(codings.Count == 1 && codings.ToString().Equals("chunked", StringComparison.OrdinalIgnoreCase)))
        {
            return "the function answered with a Transfer-Encoding other than chunked";
        }

        if (answer.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths)
            && !(lengths.Count == 1 && IsNumber(lengths.ToString())))
        {
            return "the function answered with a Content-Length that is not a number";
        }

        return FindBadHeader(answer.Headers.NonValidated) ?? FindBadHeader(answer.Content.Headers.NonValidated);
    }

    /// <summary>Whether an answer with a status has a body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).</summary>
    public static bool HasBody(int status) =>
        status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    /// <summary>Removes the headers and trailers that are not passed on (RFC 9110, section 7.6.1).</summary>
    /// <param name="answer">The answer, whose <c>Connection</c> can list more names.</param>
    /// <param name="headers">The headers of the answer, of its body, or its trailers.</param>
    public static void RemoveHopByHop(HttpResponseMessage answer, HttpHeaders headers)
    {
        List<string>? removed = null;
        var hasListed = answer.Headers.NonValidated.TryGetValues("Connection", out var listed);
        foreach (var (name, _) in headers.NonValidated)
        {
            if (IsHopByHop(name) || (hasListed && Lists(listed, name)))
            {
                (removed ??= []).Add(name);
            }
        }

        removed?.ForEach(name => headers.Remove(name));
    }

    /// <summary>Returns what is wrong with a header that cannot be passed on, or null when all can.</summary>
    public static string? FindBadHeader(HttpHeadersNonValidated headers) => HeaderFields.FindInvalid(headers) is { } name
        ? $"the function answered with characters that HTTP does not allow in the header {name}"
        : null;

    // Proxy-Status is meant for the sender (RFC 9209).
    private static bool IsHopByHop(string name) =>
        name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) && !name.Equals("Proxy-Status", StringComparison.OrdinalIgnoreCase));

    private static bool Lists(HeaderStringValues connection, string name)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                if (value.AsSpan(range).Trim(" \t\"").Equals(name, StringComparison.OrdinalIgnoreCase)
                    && !name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsNumber(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9');
}
