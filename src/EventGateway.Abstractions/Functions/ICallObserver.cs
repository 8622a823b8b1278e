using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Functions;

/// <summary>Is told of the calls of subscribers' functions, and may stop one.</summary>
public interface ICallObserver
{
    /// <summary>Whether anybody wants to know of a call; asked before each, so it has to be quick.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event.</param>
    bool Observes(Route route, Invocation invocation);

    /// <summary>A call is about to be made.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event; its memory may be reused once the call has ended.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the result any more.</param>
    /// <returns>Why it is not to be made, or null: go on.</returns>
    ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken);

    /// <summary>A call has ended.</summary>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="invocation">The event.</param>
    /// <param name="result">How it ended; valid until this returns.</param>
    void Invoked(Route route, Invocation invocation, FunctionResult result);
}
