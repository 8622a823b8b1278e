using System.Xml;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>Turns delivery settings into documents and back.</summary>
internal static class DeliveryMapping
{
    public static DeliveryDocument ToDocument(this DeliverySettings settings) => new()
    {
        Timeout = Text(settings.Timeout),
        CloudEvents = DeliveryReader.Formats.NameOf(settings.CloudEvents),
        Guarantee = DeliveryReader.Guarantees.NameOf(settings.Guarantee),
        Retry = settings.Retry,
        BackoffPolicy = DeliveryReader.BackoffPolicies.NameOf(settings.BackoffPolicy),
        BackoffDelay = Text(settings.BackoffDelay),
        MaxDelay = Text(settings.MaxDelay),
        Jitter = settings.Jitter,
        MaxAge = Text(settings.MaxAge),
        MaxConcurrency = settings.MaxConcurrency,
        RateLimit = settings.RateLimit,
        DeadLetterFunctionId = settings.DeadLetterFunctionId,
        KeepAnswers = settings.KeepAnswers,
    };

    public static DeliverySettings ToSettings(this DeliveryDocument document, SpaceState space) => new()
    {
        Timeout = Duration(document.Timeout),
        CloudEvents = Find(DeliveryReader.Formats, document.CloudEvents),
        Guarantee = Find(DeliveryReader.Guarantees, document.Guarantee),
        Retry = document.Retry,
        BackoffPolicy = Find(DeliveryReader.BackoffPolicies, document.BackoffPolicy),
        BackoffDelay = Duration(document.BackoffDelay),
        MaxDelay = Duration(document.MaxDelay),
        Jitter = document.Jitter,
        MaxAge = Duration(document.MaxAge),
        MaxConcurrency = document.MaxConcurrency,
        RateLimit = document.RateLimit,
        DeadLetterFunctionId = document.DeadLetterFunctionId is { } id ? space.Functions.Find(id)?.Id ?? id : null,
        KeepAnswers = document.KeepAnswers,
    };

    private static string? Text(TimeSpan? duration) => duration is { } present ? XmlConvert.ToString(present) : null;

    private static TimeSpan? Duration(string? text) => text is null ? null : XmlConvert.ToTimeSpan(text);

    private static T? Find<T>(ChoiceNames<T> names, string? name)
        where T : struct, Enum =>
        name is null ? null : names.Find(name);
}
