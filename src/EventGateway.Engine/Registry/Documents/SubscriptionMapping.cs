using System.Text.Json;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>Turns subscriptions into documents and back.</summary>
internal static class SubscriptionMapping
{
    public static SubscriptionDocument ToDocument(this Subscription subscription) => new()
    {
        Space = subscription.Space,
        SubscriptionId = subscription.SubscriptionId,
        Type = subscription.Type is SubscriptionType.Sync ? "sync" : "async",
        EventType = subscription.EventType,
        FunctionId = subscription.FunctionId,
        Path = subscription.Path,
        Method = subscription.Method,
        Cors = subscription.Cors is not { } cors ? null : new CorsSettingsDocument
        {
            AllowedOrigins = cors.AllowedOrigins,
            AllowedMethods = cors.AllowedMethods,
            AllowedHeaders = cors.AllowedHeaders,
            AllowCredentials = cors.AllowCredentials,
        },
        Delivery = subscription.Delivery?.ToDocument(),
        RequestMode = ModeReader.Requests.NameOf(subscription.RequestMode),
        ResponseMode = ModeReader.Responses.NameOf(subscription.ResponseMode),
        Reply = subscription.Reply,
        Enabled = subscription.Enabled,
        Metadata = subscription.Metadata,
    };

    public static Subscription ToSubscription(this SubscriptionDocument document, string id, SpaceState space) => new()
    {
        Space = space.Name,
        SubscriptionId = id,
        Type = document.Type switch
        {
            "sync" => SubscriptionType.Sync,
            "async" => SubscriptionType.Async,
            _ => throw new JsonException("type"),
        },
        EventType = SystemEventTypes.Shared(document.EventType) ?? space.EventTypes.Find(document.EventType)?.Id ?? document.EventType,
        FunctionId = space.Functions.Find(document.FunctionId)?.Id ?? document.FunctionId,
        Path = Names.Path(document.Path),
        Method = Names.Method(document.Method) ?? throw new JsonException("method"),
        Cors = document.Cors is { } cors
            ? CorsReader.Create(cors.AllowedOrigins, cors.AllowedMethods, cors.AllowedHeaders, cors.AllowCredentials)
            : null,
        Delivery = document.Delivery is { } delivery ? space.Uses.Share(delivery.ToSettings(space)) : null,
        RequestMode = document.RequestMode is { } request ? ModeReader.Requests.Find(request) ?? throw new JsonException("requestMode") : null,
        ResponseMode = document.ResponseMode is { } response ? ModeReader.Responses.Find(response) ?? throw new JsonException("responseMode") : null,
        Reply = document.Reply,
        Enabled = document.Enabled,
        Metadata = document.Metadata,
    };
}
