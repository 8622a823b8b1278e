using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Api.Config;

/// <summary>Serializes the documents of spaces.</summary>
[JsonSerializable(typeof(SpacesDocument))]
internal sealed partial class ConfigApiJson : JsonSerializerContext
{
    public static ConfigApiJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
