using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Delivery;

/// <summary>An event as a replay brings it: with the replay's id, so that functions can tell.</summary>
internal static class ReplayedEvent
{
    /// <summary>The extension's name, which suits both versions of CloudEvents.</summary>
    private const string ReplayId = "replayid";

    /// <summary>Whether an event was brought by a replay.</summary>
    public static bool IsReplayed(CloudEvent cloudEvent) => cloudEvent.Extensions.Any(extension => extension.Name is ReplayId);

    /// <summary>Adds the extension to an event, in place of an earlier replay's.</summary>
    public static CloudEvent Create(CloudEvent cloudEvent, string replayId) => cloudEvent with
    {
        Extensions =
        [
            .. cloudEvent.Extensions.Where(extension => extension.Name is not ReplayId),
            new CloudEventExtension(ReplayId, JsonText.Quote(replayId)),
        ],
    };
}
