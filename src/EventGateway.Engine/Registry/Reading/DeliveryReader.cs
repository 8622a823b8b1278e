using System.Xml;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads delivery settings.</summary>
internal static class DeliveryReader
{
    private static readonly ChoiceNames<CloudEventFormat> Formats = new();
    private static readonly ChoiceNames<DeliveryGuarantee> Guarantees = new();
    private static readonly ChoiceNames<BackoffPolicy> BackoffPolicies = new();

    private static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(24);
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxDisableAfter = TimeSpan.FromDays(30);

    /// <summary>Reads delivery settings and reports every error in them.</summary>
    public static DeliverySettings Read(JsonFields fields)
    {
        var settings = new DeliverySettings
        {
            Timeout = Duration(fields, "timeout", "PT30S", MaxTimeout, "PT1H"),
            CloudEvents = fields.Choice("cloudEvents", Formats),
            Guarantee = fields.Choice("guarantee", Guarantees),
            Retry = fields.WholeNumber("retry", 0, DeliverySettings.MaxRetry),
            BackoffPolicy = fields.Choice("backoffPolicy", BackoffPolicies),
            BackoffDelay = Duration(fields, "backoffDelay", "PT1S", MaxDelay, "PT24H"),
            MaxDelay = Duration(fields, "maxDelay", "PT10M", MaxDelay, "PT24H"),
            Jitter = fields.Flag("jitter"),
            MaxAge = Duration(fields, "maxAge", "P1D", MaxAge, "P30D"),
            MaxConcurrency = fields.WholeNumber("maxConcurrency", 1, DeliverySettings.ConcurrencyLimit),
            RateLimit = fields.Number("rateLimit", DeliverySettings.MinRateLimit, DeliverySettings.MaxRateLimit),
            DeadLetterFunctionId = fields.Text("deadLetterFunctionId", "the id of a function of the space is accepted."),
            DisableAfter = Duration(fields, "disableAfter", "P5D", MaxDisableAfter, "P30D"),
            KeepAnswers = fields.Flag("keepAnswers"),
        };

        var minDelay = settings.BackoffDelay ?? DeliveryDefaults.BackoffDelay;
        if (settings.MaxDelay is { } maxDelay && maxDelay < minDelay)
        {
            fields.Refuse(
                "maxDelay", $"\"{XmlConvert.ToString(maxDelay)}\"; accepted: {XmlConvert.ToString(minDelay)} (backoffDelay) or more.");
        }

        return settings;
    }

    private static TimeSpan? Duration(JsonFields fields, string name, string example, TimeSpan max, string maxName) => DurationReader.Read(
        fields,
        name,
        $"an ISO 8601 duration such as {example} is accepted, above zero and at most {maxName}.",
        duration => duration > TimeSpan.Zero && duration <= max);
}
