using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Http;

/// <summary>Serializes the documents that both APIs answer with.</summary>
[JsonSerializable(typeof(ErrorsDocument))]
internal sealed partial class HttpJson : JsonSerializerContext
{
    public static HttpJson Shared { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
