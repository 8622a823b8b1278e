namespace EventGateway.Abstractions.Connections;

/// <summary>Observes refusals for lack of room.</summary>
public interface IOverloadObserver
{
    /// <summary>Called for each refusal, so it must be fast.</summary>
    /// <param name="reason">The resource that was used up, such as <c>outgoing_connections</c>.</param>
    void Refused(string reason);
}
