namespace EventGateway.CloudEvents;

/// <summary>Reads an event that was written before, in any format.</summary>
public static class PayloadReader
{
    /// <summary>Reads an event. It was checked when it came in, so limits do not apply.</summary>
    /// <param name="payload">The event, from <see cref="CloudEventWriter"/>. In structured mode it was written for a store.</param>
    public static CloudEventReadResult Read(EventPayload payload)
    {
        if (payload.ContentType == CloudEventReader.StructuredMediaType)
        {
            return CloudEventReader.ReadStored(payload.Body);
        }

        var reader = BinaryEventReader.Create(SpecVersion.V1);
        for (var i = 0; i < payload.Headers?.Count; i++)
        {
            reader.Add(payload.Headers[i].Key, payload.Headers[i].Value);
        }

        var read = reader.Read(contentType: null, DataOf(payload));
        return read.IsValid ? CloudEventReadResult.Valid(read.Event with { DataContentType = payload.ContentType }) : read;
    }

    /// <summary>Returns the data of an event in binary mode.</summary>
    internal static CloudEventData DataOf(EventPayload payload)
    {
        var type = MediaType.TryParse(payload.ContentType, out var parsed, out _) ? parsed : default;
        CloudEventData.TryFromBody(type, payload.Body, textAsBinary: false, JsonDepthLimit.None, out var data, untypedIsJson: true);
        return data;
    }
}
