using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Sends events to functions over HTTP.</summary>
/// <param name="options">How functions are called.</param>
/// <param name="timeProvider">The clock that dates in <c>Retry-After</c> are compared with.</param>
internal sealed class HttpCaller(HttpFunctionOptions options, TimeProvider timeProvider)
{
    private readonly HttpAnswerReader _answers = new(options.MaxResponseBytes, new AnswerMemory(options), timeProvider);

    /// <summary>Calls a function once. Calls it twice when it refuses a token, which may have been revoked.</summary>
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
        // The token comes first: asking the function needs it too.
        var token = target.Tokens is null ? null : await target.Tokens.GetAsync(cancellationToken);
        if (token?.Error is { } error)
        {
            return new FunctionResult(token.Outcome) { Error = error, Refusal = token.Refusal };
        }

        if (target.Permission is { } permission
            && await permission.EnsureAsync((headers, token) => HttpRequests.AskAsync(target, headers, token), cancellationToken) is { } refusal)
        {
            return refusal;
        }

        return target.Tokens is { } tokens
            ? await SendTwiceAsync(target, invocation, tokens, cancellationToken)
            : await SendAsync(target, invocation, token: null, cancellationToken);
    }

    private async ValueTask<FunctionResult> SendTwiceAsync(HttpTarget target, Invocation invocation, TokenCache tokens, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(cancellationToken);
        var result = await SendWithAsync(target, invocation, token, cancellationToken);
        if (result.Status != 401 || !tokens.Drop(token))
        {
            return result;
        }

        var isStillRead = result.PayloadStillRead;
        result.Dispose();
        result = await SendWithAsync(target, invocation, await tokens.GetAsync(cancellationToken), cancellationToken);
        result.PayloadStillRead |= isStillRead;
        return result;
    }

    private ValueTask<FunctionResult> SendWithAsync(HttpTarget target, Invocation invocation, TokenResult token, CancellationToken cancellationToken) =>
        token.Authorization is null
            ? ValueTask.FromResult(new FunctionResult(token.Outcome) { Error = token.Error, Refusal = token.Refusal })
            : SendAsync(target, invocation, token, cancellationToken);

    private ValueTask<FunctionResult> SendAsync(HttpTarget target, Invocation invocation, TokenResult? token, CancellationToken cancellationToken) =>
        SendAsync(
            target, HttpRequests.Create(target, invocation, token), invocation.WantsOutcomeOnly ? invocation.AnswerBytes : null, token, cancellationToken);

    // An answer is needed up to a number of bytes, or the whole answer when the number is null.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FunctionResult> SendAsync(
        HttpTarget target, HttpRequestMessage message, int? answerBytes, TokenResult? token, CancellationToken cancellationToken)
    {
        using var request = message;
        FunctionResult result;
        try
        {
            using var response = await target.Connections.Client.SendAsync(request, cancellationToken);
            var redaction = target.RedactionWith(token?.Token);
            result = answerBytes is { } bytes
                ? await _answers.ReadBeginningAsync(response, redaction, bytes, cancellationToken)
                : await _answers.ReadAsync(response, redaction, cancellationToken);
        }
        catch (InvalidRequestException exception)
        {
            result = new FunctionResult(FunctionOutcome.Permanent) { Error = $"The call was not sent: {exception.Message}" };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The transport may report the end of a cancelled call as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            result = CallRefusedException.Find(exception)?.ToResult()
                ?? new FunctionResult(FunctionOutcome.Retryable) { Error = $"The call failed: {HttpOutcome.Describe(exception)}" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The transport reports its only limit, the connect timeout, as a cancellation.
            result = new FunctionResult(FunctionOutcome.Retryable)
            {
                Error = $"The call failed: no connection could be made within {options.ConnectTimeout.TotalSeconds} s.",
            };
        }

        result.PayloadStillRead = ((PayloadContent)request.Content!).IsStillRead;
        return result;
    }

    // Headers are sent unchanged, so a line break in a value would begin another header.
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
