using System.Xml;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads delivery settings and knows the names of their values.</summary>
internal static class DeliveryReader
{
    public static readonly ChoiceNames<CloudEventFormat> Formats = new(
        ("1.0", CloudEventFormat.V1Structured), ("1.0-binary", CloudEventFormat.V1Binary), ("0.1", CloudEventFormat.V01Structured));

    public static readonly ChoiceNames<DeliveryGuarantee> Guarantees = new(
        ("atLeastOnce", DeliveryGuarantee.AtLeastOnce), ("atMostOnce", DeliveryGuarantee.AtMostOnce));

    public static readonly ChoiceNames<BackoffPolicy> BackoffPolicies = new(
        ("exponential", BackoffPolicy.Exponential), ("linear", BackoffPolicy.Linear));

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    /// <summary>Reads delivery settings, reporting every broken rule.</summary>
    public static DeliverySettings Read(JsonFields fields)
    {
        var settings = new DeliverySettings
        {
            Timeout = Duration(fields, "timeout", "PT30S", LongestTimeout, "PT1H"),
            CloudEvents = fields.Choice("cloudEvents", Formats),
            Guarantee = fields.Choice("guarantee", Guarantees),
            Retry = fields.WholeNumber("retry", 0, DeliverySettings.MaxRetry),
            BackoffPolicy = fields.Choice("backoffPolicy", BackoffPolicies),
            BackoffDelay = Duration(fields, "backoffDelay", "PT1S", LongestDelay, "PT24H"),
            MaxDelay = Duration(fields, "maxDelay", "PT10M", LongestDelay, "PT24H"),
            Jitter = fields.Flag("jitter"),
            MaxAge = Duration(fields, "maxAge", "P1D", LongestAge, "P30D"),
            MaxConcurrency = fields.WholeNumber("maxConcurrency", 1, DeliverySettings.ConcurrencyLimit),
            RateLimit = fields.Number("rateLimit", DeliverySettings.MinRateLimit, DeliverySettings.MaxRateLimit),
            DeadLetterFunctionId = fields.Text("deadLetterFunctionId", "the id of a function of the space is accepted."),
            KeepAnswers = fields.Flag("keepAnswers"),
        };

        var least = settings.BackoffDelay ?? DeliveryDefaults.BackoffDelay;
        if (settings.MaxDelay is { } most && most < least)
        {
            fields.Refuse(
                "maxDelay", $"\"{XmlConvert.ToString(most)}\"; no less than backoffDelay is accepted, which is {XmlConvert.ToString(least)}.");
        }

        return settings;
    }

    private static TimeSpan? Duration(JsonFields fields, string name, string example, TimeSpan longest, string longestName)
    {
        var accepted = $"an ISO 8601 duration such as {example} is accepted, above zero and at most {longestName}.";
        if (fields.Text(name, accepted) is not { } text)
        {
            return null;
        }

        if (ParseDuration(text) is { } duration && duration > TimeSpan.Zero && duration <= longest)
        {
            return duration;
        }

        fields.Refuse(name, $"\"{text}\"; {accepted}");
        return null;
    }

    private static TimeSpan? ParseDuration(string text)
    {
        if (!text.StartsWith('P') || char.IsWhiteSpace(text[^1]))
        {
            return null;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}
