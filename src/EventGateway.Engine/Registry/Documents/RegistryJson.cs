using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>Writes and reads the documents of resources.</summary>
[JsonSerializable(typeof(EventTypeDocument))]
[JsonSerializable(typeof(FunctionDocument))]
[JsonSerializable(typeof(SubscriptionDocument))]
[JsonSerializable(typeof(CorsDocument))]
public sealed partial class RegistryJson : JsonSerializerContext
{
    /// <summary>The context that stores and APIs share. Its text is meant for JSON clients, so it escapes only what JSON must.</summary>
    public static RegistryJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
