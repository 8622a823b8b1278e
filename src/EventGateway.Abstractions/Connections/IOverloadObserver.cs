namespace EventGateway.Abstractions.Connections;

/// <summary>Learns of what was refused because the machine has no more room.</summary>
public interface IOverloadObserver
{
    /// <summary>Something was refused. Called for each, so it is quick.</summary>
    /// <param name="reason">What there was no room for, such as <c>outgoing_connections</c>.</param>
    void Refused(string reason);
}
