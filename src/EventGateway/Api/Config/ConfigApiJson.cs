using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Api.Config;

/// <summary>Serializes the documents of spaces and keys.</summary>
[JsonSerializable(typeof(SpacesDocument))]
[JsonSerializable(typeof(KeyRotationDocument))]
internal sealed partial class ConfigApiJson : JsonSerializerContext
{
    public static ConfigApiJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
