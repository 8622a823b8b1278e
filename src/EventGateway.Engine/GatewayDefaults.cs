using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace EventGateway.Engine;

/// <summary>The settings of the engine for subscriptions that do not set their own.</summary>
public sealed record GatewayDefaults
{
    /// <summary>How long one call of a function may take. Default: 30 s.</summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How events are written to functions. Default: 1.0 structured.</summary>
    public CloudEventFormat CloudEventFormat { get; init; } = CloudEventFormat.V1Structured;

    /// <summary>Whether text bodies become base64 strings, as in 0.9. Default: they stay text.</summary>
    public bool TextAsBase64 { get; init; }

    /// <summary>The maximum depth of JSON in events and in the bodies of requests. Default: 256 levels.</summary>
    public JsonDepthLimit JsonDepth { get; init; } = JsonDepthLimit.Default;

    /// <summary>
    /// Whether a request with only some of the headers of an event in binary mode is plain HTTP, as in 0.9. Default: it is refused.
    /// </summary>
    public bool AllowsIncompleteEvents { get; init; }

    /// <summary>
    /// Whether the data of <c>http.request</c> events is as in 0.9: without <c>rawPath</c> and <c>rawQuery</c>, several lines of
    /// <c>Cookie</c> joined by commas, and without the parameters of the query that have a semicolon or an invalid escape. Default: it is not.
    /// </summary>
    public bool RequestsAsIn09 { get; init; }

    /// <summary>The status for the sender of an event when its sync function fails or sends a malformed answer. Default: 502 (0.9: 500).</summary>
    public int FunctionFailureStatus { get; init; } = 502;

    /// <summary>
    /// Whether the answer of a sync function must be a response object as 0.9 read it: all fields are optional, header values and the
    /// body are strings. Default: any JSON without <c>statusCode</c> is a body, and other types of values are accepted.
    /// </summary>
    public bool StrictResponseObjects { get; init; }

    /// <summary>
    /// Whether CORS settings may allow credentials from any origin, as in 0.9. Default: such settings are refused, and stored
    /// ones allow no credentials.
    /// </summary>
    public bool CredentialsFromAnyOrigin { get; init; }

    /// <summary>
    /// Whether the CORS settings of a method must list this method in <c>allowedMethods</c>, as in 0.9. Default: it is allowed.
    /// </summary>
    public bool CorsListsOwnMethod { get; init; }

    /// <summary>
    /// Whether the sync paths of a method and event type have either static segments, or one parameter, or one wildcard at a place,
    /// as in 0.9. Default: they can have all of them.
    /// </summary>
    public bool ExclusiveSegments { get; init; }

    /// <summary>
    /// Whether new paths and origins may have any form, as in 0.9. Default: forms of other routers, paths that no request can match, and
    /// origins that no browser sends are refused.
    /// </summary>
    public bool AnyForm { get; init; }

    /// <summary>Whether an event type can be a family, such as <c>invoice.*</c>. Default: true (0.9: false).</summary>
    public bool HasFamilies { get; init; } = true;

    /// <summary>
    /// Whether a sync subscription to <c>GET</c> answers <c>HEAD</c> where none to <c>HEAD</c> does. Default: true (0.9: false).
    /// </summary>
    public bool AnswersHead { get; init; } = true;

    /// <summary>
    /// Whether the Configuration API ignores unknown fields of resources, unknown query parameters and text after a body, as in 0.9.
    /// Default: they are refused.
    /// </summary>
    public bool IgnoresUnknown { get; init; }

    /// <summary>Delivery guarantee for subscriptions that do not set one. Default: at least once.</summary>
    public DeliveryGuarantee Guarantee { get; init; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>
    /// How long after an event a repeated one is a duplicate, for event types that do not set it. Default: zero, which means that every
    /// event is delivered.
    /// </summary>
    public TimeSpan DedupWindow { get; init; }

    /// <summary>The number of keys by which duplicates of at-most-once events are found. Default: 1,000,000.</summary>
    public int DedupKeys { get; init; } = 1_000_000;

    /// <summary>Whether events stay in the event log after their deliveries, so that it can have skipped ones. Default: true.</summary>
    public bool KeepsLog { get; init; } = true;

    /// <summary>Calls of one function that may be under way at once for async deliveries. Default: 64.</summary>
    public int FunctionConcurrency { get; init; } = 64;

    /// <summary>
    /// Deliveries that may wait in memory. Default: 100,000. A function that has half of them, or half of
    /// <see cref="BacklogBytes"/>, gets no more until some of its own end: events for it are refused meanwhile, and those
    /// for other functions still find room.
    /// </summary>
    public int BacklogDeliveries { get; init; } = 100_000;

    /// <summary>Bytes of memory that waiting deliveries and their events may hold. Default: 256 MiB.</summary>
    public long BacklogBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Bytes of stored events that may be in memory to be delivered. Default: no limit. A function that has a quarter of them gets no more
    /// until some of its calls end.
    /// </summary>
    public long LeasedBytes { get; init; } = long.MaxValue;
}
