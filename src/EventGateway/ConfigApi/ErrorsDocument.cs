using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.ConfigApi;

/// <summary>The body of every refusal.</summary>
/// <param name="Errors">One entry per broken rule, at least one.</param>
public sealed record ErrorsDocument(IReadOnlyList<ErrorText> Errors);

/// <summary>One thing that is wrong.</summary>
/// <param name="Message">What is wrong, for a person.</param>
public sealed record ErrorText(string Message);

/// <summary>The spaces that hold something.</summary>
/// <param name="Spaces">The spaces, by name.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is no next page.</param>
public sealed record SpacesDocument(IReadOnlyList<SpaceDocument> Spaces, string? Cursor = null);

/// <summary>A space and how much is in it.</summary>
/// <param name="Name">The space's name.</param>
/// <param name="EventTypes">How many event types are registered.</param>
/// <param name="Functions">How many functions.</param>
/// <param name="Subscriptions">How many subscriptions.</param>
/// <param name="Cors">How many CORS configurations.</param>
public sealed record SpaceDocument(string Name, int EventTypes, int Functions, int Subscriptions, int Cors);

/// <summary>Writes the API's own documents.</summary>
[JsonSerializable(typeof(ErrorsDocument))]
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
