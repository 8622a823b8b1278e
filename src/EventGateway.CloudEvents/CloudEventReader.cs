using System.Text.Json;
using System.Text.Unicode;

namespace EventGateway.CloudEvents;

/// <summary>
/// Reads events from JSON: structured mode (JSON format 1.0, section 3) and batches (section 4). Data is not parsed. Events point
/// into the given bytes, which must stay unchanged while the events are used. Invalid input is reported in the result and never
/// thrown.
/// </summary>
public static partial class CloudEventReader
{
    /// <summary>The media type of an event in structured mode (JSON format 1.0, section 3).</summary>
    public const string StructuredMediaType = "application/cloudevents+json";

    /// <summary>The media type of a batch (JSON format 1.0, section 4).</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    /// <summary>Reads one event with the default limit: 1.0 when it has a <c>specversion</c>, 0.1 when it has a <c>cloudEventsVersion</c>.</summary>
    /// <param name="json">The document in UTF-8.</param>
    public static CloudEventReadResult ReadStructured(ReadOnlyMemory<byte> json) => ReadStructured(json, JsonDepthLimit.Default);

    /// <summary>Reads one event: 1.0 when it has a <c>specversion</c>, 0.1 when it has a <c>cloudEventsVersion</c>.</summary>
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="limit">The maximum depth of the data.</param>
    public static CloudEventReadResult ReadStructured(ReadOnlyMemory<byte> json, JsonDepthLimit limit) => Read(json, limit, isStored: false);

    /// <summary>
    /// Reads an event that <see cref="CloudEventWriter.WriteStored"/> wrote, with the same data. It was checked when it came in, so
    /// rules that are newer than the event, and limits, do not apply.
    /// </summary>
    /// <param name="json">The document in UTF-8.</param>
    public static CloudEventReadResult ReadStored(ReadOnlyMemory<byte> json) => Read(json, JsonDepthLimit.None, isStored: true);

    /// <summary>Reads a batch with the default limit, see the other overload.</summary>
    /// <param name="json">The document, a JSON array in UTF-8.</param>
    public static CloudEventBatchReadResult ReadBatch(ReadOnlyMemory<byte> json) => ReadBatch(json, JsonDepthLimit.Default);

    /// <summary>Reads a batch of 1.0 events. One invalid event makes the batch invalid. Each error starts with the index of its event: <c>[0].</c></summary>
    /// <param name="json">The document, a JSON array in UTF-8.</param>
    /// <param name="limit">The maximum depth of the data of each event.</param>
    public static CloudEventBatchReadResult ReadBatch(ReadOnlyMemory<byte> json, JsonDepthLimit limit)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return new(null, [NotUtf8]);
        }

        var errors = default(ReadErrors);
        try
        {
            var reader = new Utf8JsonReader(json.Span, JsonText.Options(limit.Around(2)));
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                reader.Read();
                return new(null, ["The batch must be a JSON array of events."]);
            }

            var events = new List<CloudEvent>();
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                errors.StartElement(index);
                ReadElement(ref reader, json, events, ref errors);
            }

            reader.Read();
            return errors.Any ? new(null, errors.Items) : new(events, []);
        }
        catch (JsonException exception)
        {
            return new(null, [NotJson(json, limit.Around(2), limit, exception)]);
        }
    }

    private const string NotUtf8 = "The body is not valid UTF-8.";

    private static CloudEventReadResult Read(ReadOnlyMemory<byte> json, JsonDepthLimit limit, bool isStored)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return CloudEventReadResult.Invalid(NotUtf8);
        }

        try
        {
            if (!JsonMembers.TryReadDocument(json, out var members, limit.Around(1)))
            {
                return CloudEventReadResult.Invalid("The event must be a JSON object.");
            }

            using (members)
            {
                var errors = default(ReadErrors);
                var cloudEvent = FindVersion(members) == SpecVersion.V01
                    ? StructuredV01.Read(members, ref errors, isStored)
                    : StructuredV1.Read(members, ref errors, isStored);
                return cloudEvent is null ? CloudEventReadResult.Invalid(errors.Items) : CloudEventReadResult.Valid(cloudEvent);
            }
        }
        catch (JsonException exception)
        {
            return CloudEventReadResult.Invalid(NotJson(json, limit.Around(1), limit, exception));
        }
    }

    private static void ReadElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, List<CloudEvent> events, ref ReadErrors errors)
    {
        if (errors.IsFull)
        {
            reader.Skip();
            return;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            errors.Add("event: must be a JSON object");
            return;
        }

        using var members = JsonMembers.ReadObject(ref reader, json);
        if (FindVersion(members) == SpecVersion.V01)
        {
            errors.Add("specversion: missing, a batch holds events of 1.0 only");
        }
        else if (StructuredV1.Read(members, ref errors) is { } cloudEvent)
        {
            events.Add(cloudEvent);
        }
    }

    // Without a version, attributes that only 0.1 has select the rules of 0.1.
    private static SpecVersion? FindVersion(in JsonMembers members)
    {
        var hasV01 = false;
        for (var i = 0; i < members.Count; i++)
        {
            if (members.IsNamed(i, "specversion"u8))
            {
                return SpecVersion.V1;
            }

            hasV01 |= members.IsNamed(i, "cloudEventsVersion"u8, ignoreCase: true)
                || members.IsNamed(i, "eventType"u8, ignoreCase: true)
                || members.IsNamed(i, "eventID"u8, ignoreCase: true);
        }

        return hasV01 ? SpecVersion.V01 : null;
    }

    private static string NotJson(ReadOnlyMemory<byte> json, int depth, JsonDepthLimit limit, JsonException exception) =>
        JsonText.Check(json.Span, new JsonDepthLimit(depth)) is JsonValidity.TooDeep
            ? limit.ErrorFor("data")
            : $"The body is not well-formed JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).";
}
