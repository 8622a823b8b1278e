using System.Buffers;
using System.Text.Json;
using EventGateway.Engine.Functions;

namespace EventGateway.Http;

/// <summary>A response whose body, if there is one, is JSON.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="body">The JSON in UTF-8. Empty for a response without a body.</param>
internal sealed class JsonResponse(int status, ReadOnlyMemory<byte> body) : IResult
{
    private const string JsonType = "application/json";

    /// <summary>The revision for the <c>ETag</c>. Null means no <c>ETag</c>.</summary>
    public long? Revision { get; init; }

    /// <summary>The methods for <c>Allow</c>, which a 405 has. Null means no <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>The codings for <c>Accept-Encoding</c>, which a 415 for a coding has (RFC 9110, section 15.5.16). Null means no <c>Accept-Encoding</c>.</summary>
    public string? AcceptEncoding { get; init; }

    /// <summary>The time for <c>Retry-After</c>, rounded up to whole seconds. Null means no <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Returns a response with the errors body.</summary>
    public static JsonResponse Error(int status, params IEnumerable<string> texts) => new(status, ErrorBody(texts));

    /// <summary>Returns the response to a call that failed.</summary>
    /// <param name="answer">An answer without a response object.</param>
    public static JsonResponse Of(SyncResponse answer) => new(answer.StatusCode, ErrorBody([answer.Error!])) { RetryAfter = answer.RetryAfter };

    /// <summary>Returns the response to a method that is not accepted.</summary>
    public static JsonResponse NotAllowed(string allow, string text) =>
        new(StatusCodes.Status405MethodNotAllowed, ErrorBody([text])) { Allow = allow };

    /// <summary>Returns the response to a request that cannot be served now.</summary>
    public static JsonResponse Unavailable(TimeSpan retryAfter, params IEnumerable<string> texts) =>
        new(StatusCodes.Status503ServiceUnavailable, ErrorBody(texts)) { RetryAfter = retryAfter };

    /// <summary>Returns the errors body.</summary>
    public static byte[] ErrorBody(params IEnumerable<string> texts) => JsonSerializer.SerializeToUtf8Bytes(
        new ErrorsDocument([.. texts.Select(text => new ErrorText(text))]), HttpJson.Shared.ErrorsDocument);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        WriteHeaders(response.Headers);
        if (status is StatusCodes.Status408RequestTimeout && !HttpProtocol.IsHttp2(httpContext.Request.Protocol))
        {
            // RFC 9110, section 15.5.9: the rest of the body would be taken for the next request, so the connection ends.
            response.Headers.Connection = "close";
        }

        // Set even without a body: 0.9 did so, and some clients rely on it.
        response.ContentType = JsonType;
        if (body.IsEmpty)
        {
            return;
        }

        // With a line end, for people who read responses in a terminal.
        response.ContentLength = body.Length + 1;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            response.BodyWriter.Write(body.Span);
            response.BodyWriter.Write("\n"u8);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }

    private void WriteHeaders(IHeaderDictionary headers)
    {
        if (Revision is { } revision)
        {
            headers.ETag = $"\"{revision}\"";
        }

        if (Allow is not null)
        {
            headers.Allow = Allow;
        }

        if (AcceptEncoding is not null)
        {
            headers.AcceptEncoding = AcceptEncoding;
        }

        if (RetryAfter is { } wait)
        {
            headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        }
    }
}
