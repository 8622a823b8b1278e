using System.Net;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>The endpoint of a function, for raw requests.</summary>
internal sealed class HttpEndpoint(HttpTarget target) : IRawEndpoint
{
    private TokenResult? _token;

    /// <inheritdoc/>
    public Uri Uri => target.Uri;

    /// <inheritdoc/>
    public Version Version => target.Version;

    /// <inheritdoc/>
    public HttpMessageInvoker Client => target.Connections.Client;

    /// <inheritdoc/>
    public bool IsSigned => target.Signer is not null;

    /// <inheritdoc/>
    public async ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (target.Permission is { } permission)
        {
            using var refusal = await permission.EnsureAsync((headers, token) => HttpRequests.AskAsync(target, headers, token), cancellationToken);
            if (refusal is not null)
            {
                throw new HttpRequestException(refusal.Error, refusal.Refusal);
            }
        }

        if (target.Tokens is { } tokens)
        {
            _token = await tokens.GetAsync(cancellationToken);
            if (_token.Error is { } error)
            {
                throw new HttpRequestException(error, _token.Refusal);
            }
        }

        HttpRequests.Replace(request, target, _token);
        request.RequestUri = target.AddKey(request.RequestUri!);
    }

    /// <inheritdoc/>
    public void Sign(HttpRequestMessage request, string eventId, ReadOnlySpan<byte> body) => target.Signer?.Sign(request, eventId, body);

    /// <inheritdoc/>
    public FunctionResult Classify(HttpStatusCode status)
    {
        if (status is HttpStatusCode.Unauthorized && _token is { } token)
        {
            target.Tokens?.Drop(token);
        }

        return new FunctionResult(HttpOutcome.Classify((int)status)) { Status = (int)status, Error = HttpOutcome.ErrorOf((int)status) };
    }

    /// <inheritdoc/>
    public string Describe(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return HttpOutcome.Describe(exception);
    }
}
