using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine;

namespace EventGateway.Events;

/// <summary>Finds out what a request to the Events API carries. Bad input is a value, never an exception.</summary>
/// <param name="defaults">How events are written where a subscription does not say; decides the version of events made here.</param>
/// <param name="time">The clock.</param>
internal sealed class EventRequestReader(GatewayDefaults defaults, TimeProvider time)
{
    /// <summary>The header that names the type of an event whose data is the body.</summary>
    public const string EventHeader = "Event";

    private const string DefaultContentTypeV01 = "application/octet-stream";

    /// <summary>Whether a request's headers alone say that it is plain HTTP, whatever its body is.</summary>
    public static bool IsPlain(HttpRequest request) =>
        MediaType.TryParse(request.ContentType, out var type, out _)
        && !type.Is(CloudEventReader.StructuredMediaType)
        && !type.Is(CloudEventReader.BatchMediaType)
        && !BinaryEventReader.IsV1(request.Headers)
        && !BinaryEventReader.IsV01(request.Headers)
        && request.Headers[EventHeader] is [] or [""];

    /// <summary>Reads a request, in the order: structured mode, batch, binary mode, the <c>Event</c> header, plain HTTP.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its whole body; the events that are read point into it.</param>
    public EventRequest Read(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (!MediaType.TryParse(request.ContentType, out var type, out var error))
        {
            return EventRequest.Invalid($"Content-Type: {error}");
        }

        if (type.Is(CloudEventReader.StructuredMediaType))
        {
            return Accept(CloudEventReader.ReadStructured(body));
        }

        if (type.Is(CloudEventReader.BatchMediaType))
        {
            return ReadBatch(body);
        }

        if (BinaryEventReader.IsV1(request.Headers))
        {
            return Accept(BinaryEventReader.ReadV1(request, EventBody.Read(type, body, defaults.TextAsBase64)));
        }

        if (BinaryEventReader.IsV01(request.Headers))
        {
            return Accept(BinaryEventReader.ReadV01(request, EventBody.Read(type, body, defaults.TextAsBase64)));
        }

        // An event that is named http.request is what the request becomes anyway.
        var eventType = request.Headers[EventHeader].ToString();
        return eventType.Length == 0 || eventType == SystemEventTypes.HttpRequest
            ? EventRequest.Http
            : ReadAnyData(request, type, eventType, body);
    }

    private EventRequest ReadAnyData(HttpRequest request, MediaType type, string eventType, ReadOnlyMemory<byte> body)
    {
        if (type.NamesJson && CloudEventReader.FindEvent(body) is { } inBody)
        {
            return Accept(inBody);
        }

        if (GatewayEvents.IsSystemType(eventType))
        {
            return EventRequest.Invalid(Reserved(EventHeader, eventType));
        }

        if (!AttributeRules.IsHeaderText(request.ContentType))
        {
            return EventRequest.Invalid(BinaryEventReader.BadContentType);
        }

        var data = EventBody.Read(type, body, defaults.TextAsBase64);
        var version = GatewayEvents.VersionOf(defaults.CloudEventFormat);
        string? contentType;
        if (version == SpecVersion.V01)
        {
            // As 0.9 wrote it: always a type, never a parameter.
            contentType = type.IsEmpty ? DefaultContentTypeV01 : type.Essence.ToLowerInvariant();
        }
        else
        {
            contentType = type.IsEmpty ? DefaultContentType(data.Kind) : request.ContentType;
            data = body.IsEmpty ? CloudEventData.None : data;
        }

        return AcceptLengths(GatewayEvents.Create(eventType, data, contentType, version, time));
    }

    private static EventRequest ReadBatch(ReadOnlyMemory<byte> body)
    {
        var result = CloudEventReader.ReadBatch(body);
        if (!result.IsValid)
        {
            return EventRequest.Invalid(result.Errors);
        }

        List<string>? errors = null;
        for (var i = 0; i < result.Events.Count; i++)
        {
            if (AttributeLengths.FindErrors(result.Events[i]) is { } tooLong)
            {
                (errors ??= []).AddRange(tooLong.Select(text => $"[{i}].{text}"));
                continue;
            }

            if (GatewayEvents.IsSystemType(result.Events[i].Type))
            {
                (errors ??= []).Add(Reserved($"[{i}].type", result.Events[i].Type));
            }
        }

        return errors is null ? EventRequest.Of(result.Events) : EventRequest.Invalid(errors);
    }

    private static EventRequest Accept(CloudEventReadResult result)
    {
        if (!result.IsValid)
        {
            return EventRequest.Invalid(result.Errors);
        }

        return Accept(result.Event);
    }

    private static EventRequest Accept(CloudEvent cloudEvent) => GatewayEvents.IsSystemType(cloudEvent.Type)
        ? EventRequest.Invalid(Reserved("type", cloudEvent.Type))
        : AcceptLengths(cloudEvent);

    private static EventRequest AcceptLengths(CloudEvent cloudEvent) =>
        AttributeLengths.FindErrors(cloudEvent) is { } errors ? EventRequest.Invalid(errors) : EventRequest.Of(cloudEvent);

    private static string? DefaultContentType(CloudEventDataKind kind) => kind == CloudEventDataKind.Text ? "text/plain" : DefaultContentTypeV01;

    private static string Reserved(string where, string type) =>
        $"{where}: \"{type}\" is a type that only the gateway itself may send ({GatewayEvents.SystemTypePrefix}…)";
}
