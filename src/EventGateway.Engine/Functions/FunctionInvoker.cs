using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Functions;

/// <summary>Calls functions through their providers, with a timeout.</summary>
/// <param name="defaults">The timeout of subscriptions that do not set one.</param>
/// <param name="timeProvider">The clock that timeouts run by.</param>
/// <param name="observer">Observes the calls of subscribers' functions. Default: no observer.</param>
/// <param name="metrics">Measures calls. Default: calls are not measured.</param>
/// <param name="logger">Takes a line about each call at debug level. Default: none.</param>
public sealed partial class FunctionInvoker(
    FunctionProviders providers,
    GatewayDefaults defaults,
    TimeProvider timeProvider,
    ICallObserver? observer = null,
    FunctionMetrics? metrics = null,
    ILogger<FunctionInvoker>? logger = null)
{
    // One pool for each token that cuts calls off. These are few and live as long as the program.
    private readonly ConcurrentDictionary<CancellationToken, DeadlinePool> _deadlines = new();

    /// <summary>Calls the function of a route, for as long as its subscription allows.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event, written in the format that the subscription asks for.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    /// <param name="cutOff">Cancelled when the program does not wait for calls any more. Must live as long as the program. Default: never.</param>
    /// <returns>The result, to be disposed; failures are outcomes, a timeout is <see cref="FunctionOutcome.TimedOut"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> or <paramref name="cutOff"/> was cancelled.</exception>
    /// <remarks>
    /// After a cancellation a transport may still read the payload's memory. The same is true when
    /// <see cref="FunctionResult.PayloadStillRead"/> is true.
    /// </remarks>
    public ValueTask<FunctionResult> InvokeAsync(
        Route route, Invocation invocation, CancellationToken cancellationToken, CancellationToken cutOff = default)
    {
        ArgumentNullException.ThrowIfNull(route);
        return observer?.Observes(route, invocation) is true
            ? InvokeObservedAsync(observer, route, invocation, cancellationToken, cutOff)
            : InvokeAsync(route.Function, invocation, TimeoutOf(route), cancellationToken, cutOff);
    }

    /// <summary>Calls a function.</summary>
    /// <param name="invocation">The event, written.</param>
    /// <param name="timeout">How long the call may take.</param>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    /// <param name="cutOff">Cancelled when the program does not wait for calls any more. Must live as long as the program. Default: never.</param>
    /// <returns>The result, to be disposed; failures are outcomes, a timeout is <see cref="FunctionOutcome.TimedOut"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> or <paramref name="cutOff"/> was cancelled.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FunctionResult> InvokeAsync(
        Function function, Invocation invocation, TimeSpan timeout, CancellationToken cancellationToken, CancellationToken cutOff = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (!providers.TryGet(function.Type, out var provider))
        {
            return new FunctionResult(FunctionOutcome.Permanent)
            {
                Error = $"This server has no function provider of the type \"{function.Type}\".",
            };
        }

        cancellationToken.ThrowIfCancellationRequested();
        cutOff.ThrowIfCancellationRequested();
        var measured = metrics?.Begin(function, invocation);
        if (measured is { } call && provider is IRawFunctionProvider)
        {
            invocation = call.Traced(invocation);
        }

        var isLogged = logger?.IsEnabled(LogLevel.Debug) is true;
        var began = isLogged ? timeProvider.GetTimestamp() : 0;
        FunctionResult? result = null;
        var deadlines = _deadlines.GetOrAdd(cutOff, static (token, clock) => new DeadlinePool(clock, token), timeProvider);
        var deadline = deadlines.Rent(timeout);
        var callerGone = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        try
        {
            return result = await provider.InvokeAsync(function, invocation, deadline.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (cutOff.IsCancellationRequested)
        {
            throw new OperationCanceledException(cutOff);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return result = new FunctionResult(FunctionOutcome.TimedOut)
            {
                Error = $"The function did not answer within {timeout.TotalSeconds} s.",
                PayloadStillRead = true,
            };
        }
        catch (OutOfMemoryException)
        {
            return result = CallRefusedException.OutOfMemory();
        }
        catch (Exception exception)
        {
            // A provider reports failures as outcomes, so this exception is a bug in a provider, and so is a cancellation
            // without a cause. It must not end the deliveries of a function.
            return result = new FunctionResult(FunctionOutcome.Retryable) { Error = $"The function provider failed: {UrlCredentials.Mask(exception.ToString())}", PayloadStillRead = true };
        }
        finally
        {
            await callerGone.DisposeAsync();
            deadlines.Return(deadline);
            measured?.End(result);
            if (isLogged)
            {
                LogCalled(logger!, function.Space, function.FunctionId, invocation.EventId, result?.Outcome.ToString() ?? "Cancelled", result?.Status, (long)timeProvider.GetElapsedTime(began).TotalMilliseconds);
            }
        }
    }

    [LoggerMessage(LogEvents.FunctionCalled, LogLevel.Debug,
        "Called function {Space}/{FunctionId} with event {EventId}: {Outcome}, status {Status}, {DurationMs} ms.")]
    private static partial void LogCalled(ILogger logger, string space, string functionId, string eventId, string outcome, int? status, long durationMs);

    private TimeSpan TimeoutOf(Route route) => route.Subscription.Delivery?.Timeout ?? defaults.FunctionTimeout;

    private async ValueTask<FunctionResult> InvokeObservedAsync(
        ICallObserver observer, Route route, Invocation invocation, CancellationToken cancellationToken, CancellationToken cutOff)
    {
        if (await observer.InvokingAsync(route, invocation, cancellationToken) is { } refusal)
        {
            return refusal.ToResult();
        }

        if (invocation.WantsOutcomeOnly)
        {
            invocation = invocation with { AnswerBytes = observer.AnswerBytes(route) };
        }

        var result = await InvokeAsync(route.Function, invocation, TimeoutOf(route), cancellationToken, cutOff);
        try
        {
            observer.Invoked(route, invocation, result);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }
}
