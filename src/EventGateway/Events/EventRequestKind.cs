namespace EventGateway.Events;

/// <summary>What a request to the Events API carries.</summary>
internal enum EventRequestKind
{
    /// <summary>Nothing that can be taken; see <see cref="EventRequest.Errors"/>.</summary>
    Invalid,

    /// <summary>One event.</summary>
    Event,

    /// <summary>A batch of events.</summary>
    Batch,

    /// <summary>A plain HTTP request, which becomes an <c>http.request</c> event once it is known what it matches.</summary>
    Http,
}
