using System.Globalization;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Delivery;

/// <summary>Adds the reason, the last status and the number of attempts to an event for the function that takes dead letters.</summary>
internal static class DeadLetterEvent
{
    // Both versions of CloudEvents accept these names.
    private const string Reason = "deadletterreason";
    private const string Status = "deadletterstatus";
    private const string Attempts = "deadletterattempts";

    /// <summary>Adds the extensions to an event, in place of extensions of the same names.</summary>
    public static CloudEvent Create(CloudEvent cloudEvent, DeliveryVerdict verdict, int attempts)
    {
        var extensions = cloudEvent.Extensions.Where(extension => extension.Name is not (Reason or Status or Attempts)).ToList();
        extensions.Add(new CloudEventExtension(Reason, JsonText.Quote(verdict.Reason ?? "The delivery failed.")));
        extensions.Add(new CloudEventExtension(Attempts, Number(attempts)));
        if (verdict.Attempt?.Status is { } status)
        {
            extensions.Add(new CloudEventExtension(Status, Number(status)));
        }

        return cloudEvent with { Extensions = extensions };
    }

    private static byte[] Number(int number) => System.Text.Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
