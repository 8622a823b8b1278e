using System.Runtime.CompilerServices;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Functions.Http.Tokens;

namespace EventGateway.Core.Functions.Http;

/// <summary>Sends events to functions over HTTP.</summary>
/// <param name="options">How functions are called.</param>
/// <param name="timeProvider">The clock that dates in <c>Retry-After</c> are compared with.</param>
internal sealed class HttpCaller(HttpFunctionOptions options, TimeProvider timeProvider)
{
    private readonly HttpAnswerReader _answers = new(options.MaxResponseBytes, timeProvider);

    /// <summary>Calls a function once; twice where it refuses a token that may have been revoked.</summary>
    public ValueTask<FunctionResult> CallAsync(HttpTarget target, Invocation invocation, CancellationToken cancellationToken)
    {
        if (FindBadHeader(invocation.Payload) is { } header)
        {
            return ValueTask.FromResult(new FunctionResult(FunctionOutcome.Permanent)
            {
                Error = $"The event can't be sent: the value of its header {header} has characters other than printable ASCII.",
            });
        }

        return target.Tokens is null && target.Permission is null
            ? SendAsync(target, invocation, token: null, cancellationToken)
            : SendAllowedAsync(target, invocation, cancellationToken);
    }

    private async ValueTask<FunctionResult> SendAllowedAsync(HttpTarget target, Invocation invocation, CancellationToken cancellationToken)
    {
        if (target.Permission is { } permission
            && await permission.EnsureAsync((headers, token) => HttpRequests.AskAsync(target, headers, token), cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (target.Tokens is not { } tokens)
        {
            return await SendAsync(target, invocation, token: null, cancellationToken);
        }

        TokenAnswer? refused = null;
        while (true)
        {
            var token = await tokens.GetAsync(cancellationToken);
            if (token.Authorization is null)
            {
                return new FunctionResult(token.Outcome) { Error = token.Error };
            }

            var result = await SendAsync(target, invocation, token, cancellationToken);
            if (result.Status != 401)
            {
                return result;
            }

            tokens.Drop(token);
            if (refused is not null)
            {
                return result;
            }

            refused = token;
            result.Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FunctionResult> SendAsync(HttpTarget target, Invocation invocation, TokenAnswer? token, CancellationToken cancellationToken)
    {
        using var request = HttpRequests.Create(target, invocation, token);
        try
        {
            using var response = await target.Connections.Client.SendAsync(request, cancellationToken);
            return invocation.WantsOutcomeOnly
                ? await _answers.ReadBeginningAsync(response, target.Redaction, token?.Token, cancellationToken)
                : await _answers.ReadAsync(response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The transport may report the end of a cancelled call as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            return new FunctionResult(FunctionOutcome.Retryable) { Error = $"The call failed: {Describe(exception)}" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The transport's own limit, the only one that it has, ends as a cancellation that nobody asked for.
            return new FunctionResult(FunctionOutcome.Retryable)
            {
                Error = $"The call failed: no connection could be made within {options.ConnectTimeout.TotalSeconds} s.",
            };
        }
    }

    // Of failures other than those to connect, which name the address, only the inner exception says more than that they were.
    private static string Describe(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? exception.Message
            : (exception.InnerException ?? exception).Message;

    // Headers are sent as they are, so that a line break in a value would begin another header.
    private static string? FindBadHeader(EventPayload payload)
    {
        if (payload.ContentType is { } contentType && !AttributeRules.IsHeaderText(contentType))
        {
            return "Content-Type";
        }

        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                if (!AttributeRules.IsHeaderText(headers[i].Value))
                {
                    return headers[i].Key;
                }
            }
        }

        return null;
    }
}
