using System.Net.Http.Headers;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Abstractions.Connections;

/// <summary>Asks servers for compressed answers, and decodes them.</summary>
public static class AnswerCodings
{
    /// <summary>The header that lists the codings that can be decoded.</summary>
    public const string AcceptEncoding = "Accept-Encoding";

    private const string ContentEncoding = "Content-Encoding";

    /// <summary>Asks for a compressed answer, unless the request already says what it accepts.</summary>
    /// <param name="headers">The headers of the request.</param>
    public static void Ask(HttpRequestHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        if (!headers.NonValidated.Contains(AcceptEncoding))
        {
            headers.TryAddWithoutValidation(AcceptEncoding, ContentCodings.Accepted);
        }
    }

    /// <summary>Returns whether an answer has a <c>Content-Encoding</c>.</summary>
    public static bool IsCoded(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Content.Headers.NonValidated.Contains(ContentEncoding);
    }

    /// <summary>Returns the codings of an answer. Null when it has none, or when <paramref name="error"/> says what is wrong with them.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="error">What is wrong with its codings, as the end of a sentence. Null when it can be decoded.</param>
    public static ContentCodings? Of(HttpResponseMessage response, out string? error)
    {
        ArgumentNullException.ThrowIfNull(response);
        error = null;
        if (!response.Content.Headers.NonValidated.TryGetValues(ContentEncoding, out var values))
        {
            return null;
        }

        return ContentCodings.TryParse(string.Join(',', values), out var codings, out error) ? codings : null;
    }

    /// <summary>Decodes a whole answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body as it was sent. Disposed when the decoded one takes its place.</param>
    /// <param name="held">The memory that is reserved for the body.</param>
    /// <param name="limit">The maximum length of the decoded body, in bytes.</param>
    /// <param name="memory">Counts the memory of large answers. Null means that it is not counted.</param>
    public static DecodedAnswer Decode(HttpResponseMessage response, PooledBuffer body, long held, int limit, AnswerMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(body);
        if (Of(response, out var error) is not { } codings)
        {
            return error is null
                ? new DecodedAnswer(body, held, DecodingOutcome.Complete, null)
                : new DecodedAnswer(body, held, DecodingOutcome.Unknown, $"with {error}");
        }

        var decoded = new PooledBuffer();
        var own = 0L;
        try
        {
            var outcome = codings.Decode(body.WrittenMemory, decoded, limit, memory is null ? null : bytes => memory.TryHold(bytes, ref own));
            if (outcome is DecodingOutcome.Complete)
            {
                body.Dispose();
                memory?.Release(held);
                return new DecodedAnswer(decoded, own, outcome, null);
            }

            decoded.Dispose();
            memory?.Release(own);
            return new DecodedAnswer(body, held, outcome, outcome is DecodingOutcome.TooLarge
                ? $"of more than {limit} bytes when its {codings.Text} is decoded"
                : $"whose {codings.Text} is damaged");
        }
        catch
        {
            decoded.Dispose();
            memory?.Release(own);
            throw;
        }
    }
}
