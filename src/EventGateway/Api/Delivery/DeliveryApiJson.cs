using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventGateway.Abstractions.Secrets;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Serializes the documents of deliveries, dead letters, events and replays.</summary>
[JsonSerializable(typeof(DeadLetterDocument))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeliveryDocument))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(RetryDocument))]
[JsonSerializable(typeof(RedeliveryDocument))]
[JsonSerializable(typeof(DeletionDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(ReplayList))]
internal sealed partial class DeliveryApiJson : JsonSerializerContext
{
    // Deeper than any setting of --max-json-depth, because the event is inside another object.
    private const int MaxDepth = 1100;

    public static DeliveryApiJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    });

    /// <summary>Returns a response with a document.</summary>
    public static JsonResponse Answer<T>(int status, T document, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(document, type));

    /// <summary>Reads a stored event and masks the credentials of its sender.</summary>
    public static JsonElement ReadEvent(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(EventCredentials.Mask(json), new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.Clone();
    }
}
