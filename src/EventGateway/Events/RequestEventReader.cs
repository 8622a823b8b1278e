using EventGateway.CloudEvents;
using EventGateway.Engine;

namespace EventGateway.Events;

/// <summary>Reads the events of requests whose content is known. Bad input is a value, never an exception.</summary>
/// <param name="defaults">Decides the version of the events that are made here, and whether text becomes base64.</param>
internal sealed class RequestEventReader(GatewayDefaults defaults, TimeProvider time)
{
    private const string DefaultContentTypeV01 = "application/octet-stream";
    private const string BadContentType = "Content-Type: " + AttributeRules.NotHeaderText;

    /// <summary>Reads the events of a request that is not plain HTTP.</summary>
    /// <param name="content">What the request carries.</param>
    /// <param name="body">The whole body. The events point into it.</param>
    public RequestEvents Read(HttpRequest request, in RequestContent content, ReadOnlyMemory<byte> body) => content.Kind switch
    {
        ContentKind.Structured => Accept(CloudEventReader.ReadStructured(body, defaults.JsonDepth)),
        ContentKind.Batch => ReadBatch(body),
        ContentKind.Binary => ReadBinary(request, content, body),
        ContentKind.Data => ReadData(request, content.MediaType, content.EventType!, body),
        ContentKind.Invalid => RequestEvents.Invalid(content.Error!),
        _ => throw new ArgumentOutOfRangeException(nameof(content), content.Kind, "A plain request carries no event."),
    };

    private RequestEvents ReadBinary(HttpRequest request, in RequestContent content, ReadOnlyMemory<byte> body)
    {
        var reader = BinaryEventReader.Create(content.Version);
        foreach (var (name, values) in request.Headers)
        {
            if (values.Count == 1)
            {
                reader.Add(name, values[0]);
            }
            else
            {
                reader.Add(name, values.ToArray());
            }
        }

        return CloudEventData.TryFromBody(content.MediaType, body, defaults.TextAsBase64, defaults.JsonDepth, out var data, untypedIsJson: true)
            ? Accept(reader.Read(request.ContentType, data))
            : TooDeep();
    }

    private RequestEvents ReadData(HttpRequest request, MediaType type, string eventType, ReadOnlyMemory<byte> body)
    {
        if (type.NamesJson && CloudEventReader.FindEvent(body, defaults.JsonDepth) is { } inBody)
        {
            return Accept(inBody);
        }

        if (GatewayEvents.IsSystemType(eventType))
        {
            return RequestEvents.Invalid(Reserved(RequestContent.EventHeader, eventType));
        }

        if (!AttributeRules.IsHeaderText(request.ContentType))
        {
            return RequestEvents.Invalid(BadContentType);
        }

        if (AttributeLengths.FindError(eventType, RequestContent.EventHeader) is { } tooLong)
        {
            return RequestEvents.Invalid(tooLong);
        }

        var version = GatewayEvents.VersionOf(defaults.CloudEventFormat);
        if (version == SpecVersion.V1 && type.FindError() is { } notMediaType)
        {
            return RequestEvents.Invalid($"Content-Type: {notMediaType}");
        }

        if (!CloudEventData.TryFromBody(type, body, defaults.TextAsBase64, defaults.JsonDepth, out var data))
        {
            return TooDeep();
        }

        string? contentType;
        if (version == SpecVersion.V01)
        {
            // As 0.9 wrote it: always a type, never a parameter.
            contentType = type.IsEmpty ? DefaultContentTypeV01 : type.Essence.ToLowerInvariant();

            // The charset is a parameter. Text that was converted could not be converted back. JSON and forms are UTF-8 without one.
            var isChanged = data.Kind is CloudEventDataKind.Text && !type.NamesForm && !data.Bytes.Span.SequenceEqual(body.Span);
            data = isChanged ? CloudEventData.Binary(body) : data;
        }
        else
        {
            contentType = type.IsEmpty ? DefaultContentType(data.Kind) : request.ContentType;
            data = body.IsEmpty ? CloudEventData.None : data;
        }

        return AcceptLengths(GatewayEvents.Create(eventType, data, contentType, version, time)) with { IsMadeHere = true };
    }

    private RequestEvents TooDeep() => RequestEvents.Invalid(defaults.JsonDepth.ErrorFor("body"));

    private RequestEvents ReadBatch(ReadOnlyMemory<byte> body)
    {
        var result = CloudEventReader.ReadBatch(body, defaults.JsonDepth);
        if (!result.IsValid)
        {
            return RequestEvents.Invalid(result.Errors);
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

        return errors is null ? RequestEvents.Of(result.Events) : RequestEvents.Invalid(errors);
    }

    private static RequestEvents Accept(CloudEventReadResult result) =>
        result.IsValid ? Accept(result.Event) : RequestEvents.Invalid(result.Errors);

    private static RequestEvents Accept(CloudEvent cloudEvent) => GatewayEvents.IsSystemType(cloudEvent.Type)
        ? RequestEvents.Invalid(Reserved("type", cloudEvent.Type))
        : AcceptLengths(cloudEvent);

    private static RequestEvents AcceptLengths(CloudEvent cloudEvent) =>
        AttributeLengths.FindErrors(cloudEvent) is { } errors ? RequestEvents.Invalid(errors) : RequestEvents.Of(cloudEvent);

    private static string? DefaultContentType(CloudEventDataKind kind) => kind == CloudEventDataKind.Text ? "text/plain" : DefaultContentTypeV01;

    private static string Reserved(string where, string type) =>
        $"{where}: \"{type}\" is a type that only the gateway itself may send ({GatewayEvents.SystemTypePrefix}…)";
}
