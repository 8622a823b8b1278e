using System.Text.Json;
using System.Text.RegularExpressions;
using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.AsyncApi;

/// <summary>Writes the forms in which an event of a type can be sent.</summary>
internal static class MessageWriter
{
    /// <summary>The id of the answer to a sender.</summary>
    public const string Answer = "answer";

    // An id has no underscore of its own that is not followed by digits in capitals.
    private const string Binary = "_binary";

    private static readonly string[] RequiredHeaders = ["ce-specversion", "ce-type", "ce-source", "ce-id"];

    /// <summary>Returns the ids of the messages of an event type.</summary>
    public static (string Structured, string Binary) IdsOf(string type)
    {
        var id = $"event.{Identifier.OfName(type)}";
        return (id, id + Binary);
    }

    /// <summary>Writes the messages of an event type.</summary>
    public static void WriteMessages(Utf8JsonWriter json, string type)
    {
        var (structured, binary) = IdsOf(type);
        if (type == SystemEventTypes.HttpRequest)
        {
            WriteStart(json, structured, type, "Any HTTP request that carries no event.", contentType: null);
            json.WriteEndObject();
        }
        else
        {
            WriteStart(json, structured, type, "A CloudEvent in structured mode.", "application/cloudevents+json");
            WriteEnvelope(json, type);
            json.WriteEndObject();
        }

        WriteStart(json, binary, type, "A CloudEvent in binary mode: the body is the data.", contentType: null);
        WriteHeaders(json, type);
        json.WriteEndObject();
    }

    /// <summary>Writes the answer to a sender.</summary>
    public static void WriteAnswer(Utf8JsonWriter json)
    {
        WriteStart(json, Answer, Answer, "The answer of the function: any status, headers and body.", contentType: null);
        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, string id, string name, string summary, string? contentType)
    {
        json.WriteStartObject(id);
        json.WriteString("name", name);
        json.WriteString("title", name);
        json.WriteString("summary", summary);
        if (contentType is not null)
        {
            json.WriteString("contentType", contentType);
        }
    }

    private static void WriteEnvelope(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject("payload");
        json.WriteStartArray("allOf");
        json.WriteStartObject();
        json.WriteString("$ref", "#/components/schemas/CloudEvent");
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteStartObject("properties");
        WriteType(json, "type", type);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHeaders(Utf8JsonWriter json, string type)
    {
        json.WriteStartObject("headers");
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        foreach (var name in RequiredHeaders)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        WriteType(json, "ce-specversion", "1.0");
        WriteType(json, "ce-type", type);
        foreach (var name in RequiredHeaders.Skip(2))
        {
            json.WriteStartObject(name);
            json.WriteString("type", "string");
            json.WriteNumber("minLength", 1);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    // A family, user.*, has all types that begin like it.
    private static void WriteType(Utf8JsonWriter json, string field, string value)
    {
        json.WriteStartObject(field);
        json.WriteString("type", "string");
        if (EventTypeFamily.Is(value))
        {
            json.WriteString("pattern", $"^{Regex.Escape(EventTypeFamily.PrefixOf(value).ToString())}");
        }
        else
        {
            json.WriteString("const", value);
        }

        json.WriteEndObject();
    }
}
