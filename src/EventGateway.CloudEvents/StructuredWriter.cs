using System.Text.Json;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents;

/// <summary>Writes the JSON formats of both versions.</summary>
internal static class StructuredWriter
{
    private static readonly JsonEncodedText SpecVersionName = Name("specversion");
    private static readonly JsonEncodedText Id = Name("id");
    private static readonly JsonEncodedText Type = Name("type");
    private static readonly JsonEncodedText Source = Name("source");
    private static readonly JsonEncodedText Time = Name("time");
    private static readonly JsonEncodedText Subject = Name("subject");
    private static readonly JsonEncodedText DataSchema = Name("dataschema");
    private static readonly JsonEncodedText DataContentType = Name("datacontenttype");
    private static readonly JsonEncodedText Data = Name("data");
    private static readonly JsonEncodedText DataBase64 = Name("data_base64");
    private static readonly JsonEncodedText V1 = Name("1.0");

    private static readonly JsonEncodedText EventType = Name("eventType");
    private static readonly JsonEncodedText EventTypeVersion = Name("eventTypeVersion");
    private static readonly JsonEncodedText CloudEventsVersion = Name("cloudEventsVersion");
    private static readonly JsonEncodedText EventId = Name("eventID");
    private static readonly JsonEncodedText EventTime = Name("eventTime");
    private static readonly JsonEncodedText SchemaUrl = Name("schemaURL");
    private static readonly JsonEncodedText ContentType = Name("contentType");
    private static readonly JsonEncodedText Extensions = Name("extensions");

    public static void WriteV1(Utf8JsonWriter writer, CloudEvent cloudEvent) => WriteV1(writer, cloudEvent, null);

    public static void WriteV01(Utf8JsonWriter writer, CloudEvent cloudEvent) => WriteV01(writer, cloudEvent, null);

    /// <summary>Writes an event in its own version with the marks of <see cref="StoredData"/>.</summary>
    public static void WriteStored(Utf8JsonWriter writer, (CloudEvent Event, PooledBuffer Buffer) stored)
    {
        if (stored.Event.SpecVersion is SpecVersion.V1)
        {
            WriteV1(writer, stored.Event, stored.Buffer);
        }
        else
        {
            WriteV01(writer, stored.Event, stored.Buffer);
        }
    }

    private static void WriteV1(Utf8JsonWriter writer, CloudEvent cloudEvent, PooledBuffer? stored)
    {
        WriteAttributesV1(writer, cloudEvent);
        if (cloudEvent.Data.Kind == CloudEventDataKind.Binary)
        {
            writer.WriteBase64String(DataBase64, cloudEvent.Data.Bytes.Span);
        }
        else
        {
            WriteData(writer, cloudEvent, stored);
        }

        writer.WriteEndObject();
    }

    private static void WriteV01(Utf8JsonWriter writer, CloudEvent cloudEvent, PooledBuffer? stored)
    {
        WriteAttributesV01(writer, cloudEvent);
        WriteData(writer, cloudEvent, stored);
        writer.WriteEndObject();
    }

    /// <summary>Writes an event with JSON data that a callback writes.</summary>
    /// <returns>The position and the length of the data in the buffer.</returns>
    public static (int Start, int Length) Write<T>(Utf8JsonWriter writer, CloudEvent cloudEvent, PooledBuffer buffer, T data, Action<Utf8JsonWriter, T> writeData)
    {
        if (cloudEvent.SpecVersion == SpecVersion.V1)
        {
            WriteAttributesV1(writer, cloudEvent);
        }
        else
        {
            WriteAttributesV01(writer, cloudEvent);
        }

        writer.WritePropertyName(Data);
        writer.Flush();
        var start = buffer.WrittenCount;
        writeData(writer, data);
        writer.Flush();
        var length = buffer.WrittenCount - start;
        writer.WriteEndObject();
        return (start, length);
    }

    private static void WriteAttributesV1(Utf8JsonWriter writer, CloudEvent cloudEvent)
    {
        writer.WriteStartObject();
        writer.WriteString(SpecVersionName, V1);
        writer.WriteString(Id, cloudEvent.Id);
        writer.WriteString(Source, cloudEvent.Source);
        writer.WriteString(Type, cloudEvent.Type);
        WriteOptional(writer, Time, cloudEvent.Time);
        WriteOptional(writer, Subject, cloudEvent.Subject);
        WriteOptional(writer, DataSchema, cloudEvent.DataSchema);
        WriteOptional(writer, DataContentType, cloudEvent.DataContentType);
        WriteExtensions(writer, cloudEvent.Extensions);
    }

    private static void WriteAttributesV01(Utf8JsonWriter writer, CloudEvent cloudEvent)
    {
        writer.WriteStartObject();
        writer.WriteString(EventType, cloudEvent.Type);
        WriteOptional(writer, EventTypeVersion, cloudEvent.TypeVersion);
        writer.WriteString(CloudEventsVersion, cloudEvent.DeclaredVersion ?? "0.1");
        writer.WriteString(Source, cloudEvent.Source);
        writer.WriteString(EventId, cloudEvent.Id);
        WriteOptional(writer, EventTime, ShortenFraction(cloudEvent.Time));
        WriteOptional(writer, SchemaUrl, cloudEvent.DataSchema);
        if (cloudEvent.Extensions.Count > 0)
        {
            writer.WriteStartObject(Extensions);
            WriteExtensions(writer, cloudEvent.Extensions);
            writer.WriteEndObject();
        }

        WriteOptional(writer, ContentType, cloudEvent.DataContentType);
    }

    // The buffer is the writer's output. Null means that the event is not written for the store.
    private static void WriteData(Utf8JsonWriter writer, CloudEvent cloudEvent, PooledBuffer? stored)
    {
        var data = cloudEvent.Data;
        if (data.Kind is CloudEventDataKind.None)
        {
            return;
        }

        writer.WritePropertyName(Data);
        if (stored is not null)
        {
            StoredData.WriteMark(writer, cloudEvent, stored);
        }

        if (data.Kind is CloudEventDataKind.Text)
        {
            writer.WriteLongStringValue(data.Bytes.Span);
        }
        else if (data.Kind is CloudEventDataKind.Binary)
        {
            writer.WriteBase64StringValue(data.Bytes.Span);
        }
        else
        {
            writer.WriteRawValue(data.Bytes.Span, skipInputValidation: true);
        }
    }

    private static void WriteExtensions(Utf8JsonWriter writer, IReadOnlyList<CloudEventExtension> extensions)
    {
        for (var i = 0; i < extensions.Count; i++)
        {
            var extension = extensions[i];
            writer.WritePropertyName(extension.Name);
            writer.WriteRawValue(extension.Json.Span, skipInputValidation: true);
        }
    }

    private static void WriteOptional(Utf8JsonWriter writer, JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    // Version 0.9 of the Event Gateway wrote fractions without trailing zeros, and its clients compare texts.
    private static string? ShortenFraction(string? time)
    {
        var dot = time?.IndexOf('.') ?? -1;
        if (dot < 0)
        {
            return time;
        }

        var end = dot + 1;
        while (end < time!.Length && char.IsAsciiDigit(time[end]))
        {
            end++;
        }

        var fraction = time.AsSpan(dot, end - dot).TrimEnd('0');
        return fraction.Length == end - dot ? time : string.Concat(time.AsSpan(0, dot), fraction.Length == 1 ? "" : fraction, time.AsSpan(end));
    }

    private static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name, JsonText.Encoder);
}
