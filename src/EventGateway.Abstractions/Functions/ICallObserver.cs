using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Functions;

/// <summary>Observes the calls of subscribers' functions, and may stop one.</summary>
public interface ICallObserver
{
    /// <summary>Returns whether a call is observed. It is asked before each call, so it must be fast.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event.</param>
    bool Observes(Route route, Invocation invocation);

    /// <summary>Returns how many bytes an answer may have that the observer wants in <see cref="Invoked"/>. Default: 0, it needs no answer.</summary>
    /// <param name="route">The subscription and its function.</param>
    int AnswerBytes(Route route) => 0;

    /// <summary>Called before a call.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event. Its memory may be reused when the call has ended.</param>
    /// <param name="cancellationToken">Cancelled when no caller waits for the result any more.</param>
    /// <returns>Why the call must not be made. Null when it may be made.</returns>
    ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Called after a call.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event.</param>
    /// <param name="result">The result. It is valid until this method returns.</param>
    void Invoked(Route route, Invocation invocation, FunctionResult result);
}
