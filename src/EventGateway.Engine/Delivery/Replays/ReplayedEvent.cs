using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery.Replays;

/// <summary>An event as a replay brings it: with the replay's id, so that functions can tell.</summary>
internal static class ReplayedEvent
{
    /// <summary>The extension's name, which suits both versions of CloudEvents.</summary>
    private const string ReplayId = "replayid";

    /// <summary>Adds the extension to an event, in place of one of that name.</summary>
    public static CloudEvent Create(CloudEvent cloudEvent, string replayId) => cloudEvent with
    {
        Extensions =
        [
            .. cloudEvent.Extensions.Where(extension => extension.Name is not ReplayId),
            new CloudEventExtension(ReplayId, JsonText.Quote(replayId)),
        ],
    };
}
