using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery.Replays;

/// <summary>Adds the id of the replay to a replayed event, so that functions can tell it from others.</summary>
internal static class ReplayedEvent
{
    // Both versions of CloudEvents accept this name.
    private const string ReplayId = "replayid";

    /// <summary>Adds the extension to an event, in place of an extension of that name.</summary>
    public static CloudEvent Create(CloudEvent cloudEvent, string replayId) => cloudEvent with
    {
        Extensions =
        [
            .. cloudEvent.Extensions.Where(extension => extension.Name is not ReplayId),
            new CloudEventExtension(ReplayId, JsonText.Quote(replayId)),
        ],
    };
}
