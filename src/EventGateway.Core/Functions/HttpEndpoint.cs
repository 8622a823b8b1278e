using System.Net;
using EventGateway.Core.Functions.Http;
using EventGateway.Core.Functions.Http.Tokens;

namespace EventGateway.Core.Functions;

/// <summary>Where an HTTP function is, and how its requests are sent.</summary>
public sealed class HttpEndpoint
{
    private readonly HttpTarget _target;
    private TokenAnswer? _token;

    internal HttpEndpoint(HttpTarget target) => _target = target;

    /// <summary>The function's URL.</summary>
    public Uri Uri => _target.Uri;

    /// <summary>The highest HTTP version that the server is asked for.</summary>
    public Version Version => _target.Version;

    /// <summary>Sends requests, over the function's connections.</summary>
    public HttpMessageInvoker Client => _target.Connections.Client;

    /// <summary>Whether the function's requests are signed, which takes the whole body.</summary>
    public bool IsSigned => _target.Signer is not null;

    /// <summary>Adds to a request what the function's settings say: headers, and what shows that it comes from the gateway.</summary>
    /// <param name="request">The request, otherwise ready to be sent; headers of the same names go.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HttpRequestException">There is no token, or the function does not want requests; the text tells no secret.</exception>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (_target.Permission is { } permission)
        {
            using var refusal = await permission.EnsureAsync((headers, token) => HttpRequests.AskAsync(_target, headers, token), cancellationToken);
            if (refusal is not null)
            {
                throw new HttpRequestException(refusal.Error, refusal.Refusal);
            }
        }

        if (_target.Tokens is { } tokens)
        {
            _token = await tokens.GetAsync(cancellationToken);
            if (_token.Error is { } error)
            {
                throw new HttpRequestException(error, _token.Refusal);
            }
        }

        HttpRequests.Replace(request, _target, _token);
        request.RequestUri = _target.AddKey(request.RequestUri!);
    }

    /// <summary>Signs a request with its event, where the function's requests are signed.</summary>
    /// <param name="request">The request, otherwise ready to be sent.</param>
    /// <param name="eventId">The event's id.</param>
    /// <param name="body">The body that is sent.</param>
    public void Sign(HttpRequestMessage request, string eventId, ReadOnlySpan<byte> body) => _target.Signer?.Sign(request, eventId, body);

    /// <summary>Takes notice of an answer: a token that the function refuses is not sent again.</summary>
    /// <param name="status">The answer's status.</param>
    /// <returns>How the call ended, without the answer's body.</returns>
    public FunctionResult Answered(HttpStatusCode status)
    {
        if (status is HttpStatusCode.Unauthorized && _token is { } token)
        {
            _target.Tokens?.Drop(token);
        }

        return new FunctionResult(HttpOutcome.Classify((int)status)) { Status = (int)status, Error = HttpOutcome.ErrorOf((int)status) };
    }

    /// <summary>What the operator is told of a request that got no answer.</summary>
    /// <param name="exception">Why it got none.</param>
    public static string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return HttpOutcome.Describe(exception);
    }
}
