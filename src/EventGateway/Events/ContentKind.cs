namespace EventGateway.Events;

/// <summary>What a request to the Events API carries, as its headers say.</summary>
internal enum ContentKind
{
    /// <summary>A plain HTTP request: it becomes an <c>http.request</c> event, unless <see cref="RequestContent.ForEvent"/> finds an error.</summary>
    HttpRequest,

    /// <summary>One event in structured mode.</summary>
    Structured,

    /// <summary>A batch of events.</summary>
    Batch,

    /// <summary>One event in binary mode.</summary>
    Binary,

    /// <summary>The data of an event whose type is in the header <c>Event</c>.</summary>
    Data,

    /// <summary>Nothing that the API accepts.</summary>
    Invalid,
}
