using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EventGateway.Abstractions.Secrets;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Writes the documents of deliveries.</summary>
[JsonSerializable(typeof(DeadLetterDocument))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(RedeliveryDocument))]
[JsonSerializable(typeof(DeletionDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(ReplayDocument))]
[JsonSerializable(typeof(ReplayList))]
internal sealed partial class DeliveryApiJson : JsonSerializerContext
{
    // An event may be nested as deeply as the Events API takes it, and stands inside of another object.
    private const int MaxDepth = 128;

    public static DeliveryApiJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    });

    /// <summary>An answer with a document.</summary>
    public static JsonResponse Answer<T>(int status, T document, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(document, type));

    /// <summary>A stored event as part of a document, without the credentials of its sender.</summary>
    public static JsonElement ReadEvent(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(EventCredentials.Mask(json), new JsonDocumentOptions { MaxDepth = MaxDepth });
        return document.RootElement.Clone();
    }
}
