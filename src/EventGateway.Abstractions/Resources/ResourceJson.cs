using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>Writes and reads resources as they are stored and answered.</summary>
[JsonSerializable(typeof(EventType))]
[JsonSerializable(typeof(Function))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(CorsConfiguration))]
public sealed partial class ResourceJson : JsonSerializerContext
{
    /// <summary>The context that stores and APIs share. Its text is meant for JSON clients, so it escapes only what JSON must.</summary>
    public static ResourceJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
