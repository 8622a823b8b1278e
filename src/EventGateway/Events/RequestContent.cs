using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Events;

/// <summary>
/// What a request to the Events API carries. The headers decide it once, before the body is read: a plain request can then be
/// forwarded unread, and all others are read as the kind says.
/// </summary>
internal readonly record struct RequestContent
{
    /// <summary>The header that names the type of an event whose data is the body.</summary>
    public const string EventHeader = "Event";

    /// <summary>The media types of events that the API reads.</summary>
    public const string AcceptedFormats = CloudEventReader.StructuredMediaType + ", " + CloudEventReader.BatchMediaType;

    // A media type that begins so is an event in structured mode or a batch (HTTP protocol binding 1.0, section 3).
    private const string EventMediaTypes = "application/cloudevents";

    /// <summary>What the request carries.</summary>
    public ContentKind Kind { get; private init; }

    /// <summary>The request's media type; empty when it names none.</summary>
    public MediaType MediaType { get; private init; }

    /// <summary>The version of an event in binary mode.</summary>
    public SpecVersion Version { get; private init; }

    /// <summary>The type in the header <c>Event</c>. Null unless <see cref="Kind"/> is <see cref="ContentKind.Data"/>.</summary>
    public string? EventType { get; private init; }

    /// <summary>
    /// Why no event can be made of the request. Never null for <see cref="ContentKind.Invalid"/>. With
    /// <see cref="ContentKind.HttpRequest"/>, a function that gets the request itself still takes it, and only <see cref="ForEvent"/>
    /// finds every reason.
    /// </summary>
    public string? Error { get; private init; }

    /// <summary>Whether <see cref="Error"/> is that its events have a format that the API does not read.</summary>
    public bool IsUnsupported { get; private init; }

    /// <summary>Decides what a request carries, in the order: structured mode, batch, binary mode, the <c>Event</c> header, plain HTTP.</summary>
    public static RequestContent Of(HttpRequest request)
    {
        if (!MediaType.TryParse(request.ContentType, out var type, out var error))
        {
            error = request.Headers.ContentType.Count > 1 ? "occurs twice; one is accepted" : error;
            return new() { Kind = NamesEvent(request.Headers) ? ContentKind.Invalid : ContentKind.HttpRequest, Error = $"Content-Type: {error}" };
        }

        if (type.Is(CloudEventReader.StructuredMediaType))
        {
            return new() { Kind = ContentKind.Structured, MediaType = type };
        }

        if (type.Is(CloudEventReader.BatchMediaType))
        {
            return new() { Kind = ContentKind.Batch, MediaType = type };
        }

        if (type.Essence?.StartsWith(EventMediaTypes, StringComparison.OrdinalIgnoreCase) == true)
        {
            return new()
            {
                Kind = ContentKind.HttpRequest,
                IsUnsupported = true,
                Error = $"Content-Type: events of the format {type.Essence} are not read; accepted: {AcceptedFormats}",
            };
        }

        if (BinaryEventReader.FindVersion(request.Headers, Find) is { } version)
        {
            return new() { Kind = ContentKind.Binary, MediaType = type, Version = version };
        }

        if (request.Headers[EventHeader].Count > 1)
        {
            return new() { Kind = ContentKind.Invalid, Error = "Event: occurs twice; one is accepted" };
        }

        return FindType(request.Headers) is { } eventType
            ? new() { Kind = ContentKind.Data, MediaType = type, EventType = eventType }
            : new() { Kind = ContentKind.HttpRequest, MediaType = type };
    }

    /// <summary>Returns the content of a plain request of which an event must be made: <see cref="ContentKind.Invalid"/> when none can.</summary>
    /// <param name="allowsIncomplete">Whether a request with only some of the headers of an event in binary mode is plain HTTP, as in 0.9.</param>
    public RequestContent ForEvent(HttpRequest request, bool allowsIncomplete = false)
    {
        var error = Error ?? (allowsIncomplete ? null : BinaryEventReader.FindMissing(request.Headers, Find));
        return error is null ? this : this with { Kind = ContentKind.Invalid, Error = error };
    }

    private static bool NamesEvent(IHeaderDictionary headers) => BinaryEventReader.FindVersion(headers, Find) is not null || FindType(headers) is not null;

    // An event that is named http.request is what a plain request becomes anyway.
    private static string? FindType(IHeaderDictionary headers) =>
        HeaderText.Read(headers[EventHeader].ToString()) is { Length: > 0 } type && type != SystemEventTypes.HttpRequest ? type : null;

    private static string? Find(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) ? values.ToString() : null;
}
