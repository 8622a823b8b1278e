using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Asks servers for tokens. Errors repeat only known words of an answer, because it may contain secrets.</summary>
/// <param name="client">Sends requests.</param>
internal sealed class TokenEndpoint(HttpMessageInvoker client)
{
    private const int MaxBytes = 64 * 1024;

    // RFC 6749, section 5.2.
    private static readonly string[] Errors =
        ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_target"];

    /// <summary>Asks for a token.</summary>
    /// <param name="read">Reads the token from the body of a 200. Returns null when the body has none.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<TokenResult> AskAsync(HttpRequestMessage request, Func<ReadOnlyMemory<byte>, TokenResult?> read, CancellationToken cancellationToken)
    {
        var place = request.RequestUri!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        try
        {
            AnswerCodings.Ask(request.Headers);
            using var response = await client.SendAsync(request, cancellationToken);
            var (body, problem) = await ReadAsync(response, cancellationToken);
            var status = (int)response.StatusCode;
            return status switch
            {
                200 when problem is not null => TokenResult.Unavailable($"No token: {place} answered with a body {problem}."),
                200 => read(body) ?? TokenResult.Unavailable($"No token: {place} answered without one."),
                400 or 401 or 403 => TokenResult.Denied($"No token: {place} answered with status {status}{Error(body)}."),
                _ => TokenResult.Unavailable($"No token: {place} answered with status {status}."),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return CallRefusedException.Find(exception) is { } refusal
                ? TokenResult.Refused(place, refusal)
                : TokenResult.Unavailable($"No token: {place} could not be reached: {HttpOutcome.Cause(exception)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TokenResult.Unavailable($"No token: {place} could not be reached: no connection could be made in time.");
        }
    }

    /// <summary>Returns whether a text can be sent in a header as a token.</summary>
    public static bool IsToken(string? text) => text is { Length: > 0 } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string Error(ReadOnlyMemory<byte> body)
    {
        var error = JsonFile.Text(JsonFile.Parse(body), "error");
        return Array.IndexOf(Errors, error) < 0 ? string.Empty : $" ({error})";
    }

    // A body that cannot be read is empty, and has a problem.
    private static async Task<(ReadOnlyMemory<byte> Body, string? Problem)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new PooledBuffer(MaxBytes + 1);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            body.Advance(await stream.ReadAtLeastAsync(body.GetMemory()[..(MaxBytes + 1)], MaxBytes + 1, throwOnEndOfStream: false, cancellationToken));
            if (body.WrittenCount > MaxBytes)
            {
                return (default, $"of more than {MaxBytes} bytes");
            }

            var answer = AnswerCodings.Decode(response, body, held: 0, MaxBytes, memory: null);
            body = answer.Body;
            return answer.Outcome switch
            {
                DecodingOutcome.Complete => (body.WrittenSpan.ToArray(), null),
                DecodingOutcome.Unknown => (default, $"with a Content-Encoding that cannot be decoded; accepted: {ContentCodings.Accepted}"),
                _ => (default, answer.Problem),
            };
        }
        finally
        {
            body.Dispose();
        }
    }
}
