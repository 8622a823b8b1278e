using System.Buffers;
using System.Text.Json;
using EventGateway.Engine.Functions;

namespace EventGateway.Http;

/// <summary>An answer whose body, if any, is JSON.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="body">The JSON in UTF-8. Empty: no body.</param>
internal sealed class JsonResponse(int status, ReadOnlyMemory<byte> body) : IResult
{
    private const string JsonType = "application/json";

    /// <summary>The revision that the ETag names. Not set: no ETag.</summary>
    public long? Revision { get; init; }

    /// <summary>The methods that a 405 names. Not set: no <c>Allow</c>.</summary>
    public string? Allow { get; init; }

    /// <summary>When another try makes sense; whole seconds, at least one. Not set: no <c>Retry-After</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>An answer with the errors body.</summary>
    public static JsonResponse Error(int status, params IEnumerable<string> texts) => new(status, ErrorBody(texts));

    /// <summary>The errors body of a call that failed.</summary>
    /// <param name="answer">An answer without a response.</param>
    public static JsonResponse Of(SyncAnswer answer) => new(answer.StatusCode, ErrorBody([answer.Error!])) { RetryAfter = answer.RetryAfter };

    /// <summary>The answer to a method that is not accepted.</summary>
    public static JsonResponse NotAllowed(string allow, string text) =>
        new(StatusCodes.Status405MethodNotAllowed, ErrorBody([text])) { Allow = allow };

    /// <summary>The answer to what cannot be done now.</summary>
    public static JsonResponse Unavailable(TimeSpan retryAfter, params IEnumerable<string> texts) =>
        new(StatusCodes.Status503ServiceUnavailable, ErrorBody(texts)) { RetryAfter = retryAfter };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        WriteHeaders(response.Headers);

        // Of an answer without a body too: 0.9 sent it, and some clients parse by it.
        response.ContentType = JsonType;
        if (body.IsEmpty)
        {
            return;
        }

        // A line end, for those who read answers in a terminal.
        response.ContentLength = body.Length + 1;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            response.BodyWriter.Write(body.Span);
            response.BodyWriter.Write("\n"u8);
            await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
        }
    }

    private static byte[] ErrorBody(IEnumerable<string> texts) => JsonSerializer.SerializeToUtf8Bytes(
        new ErrorsDocument([.. texts.Select(text => new ErrorText(text))]), HttpJson.Shared.ErrorsDocument);

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

        if (RetryAfter is { } wait)
        {
            headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString();
        }
    }
}
