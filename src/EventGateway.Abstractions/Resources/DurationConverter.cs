using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace EventGateway.Abstractions.Resources;

/// <summary>Writes durations in ISO 8601: <c>PT30S</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return XmlConvert.ToTimeSpan(reader.GetString()!);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new JsonException("The duration cannot be read.", exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));
}
