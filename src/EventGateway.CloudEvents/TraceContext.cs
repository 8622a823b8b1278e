using System.Diagnostics;

namespace EventGateway.CloudEvents;

/// <summary>
/// The extension attributes <c>traceparent</c> and <c>tracestate</c> (CloudEvents extension "Distributed Tracing";
/// https://www.w3.org/TR/trace-context/).
/// </summary>
public static class TraceContext
{
    private static readonly char[] White = [' ', '\t'];

    /// <summary>The names of the extensions, which are also the names of the HTTP headers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["traceparent", "tracestate"];

    /// <summary>Adds the trace in the sender's headers to an event that has none.</summary>
    /// <param name="parent">The header <c>traceparent</c>. Without a valid one the event stays unchanged.</param>
    /// <param name="state">The header <c>tracestate</c>. Null, empty or malformed means none.</param>
    public static CloudEvent With(CloudEvent cloudEvent, string? parent, string? state)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        if (string.IsNullOrEmpty(parent) || Find(cloudEvent, Names[0]) is not null || !TraceParent.TryParse(parent, state: null, out _))
        {
            return cloudEvent;
        }

        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 2);
        foreach (var extension in cloudEvent.Extensions)
        {
            // A tracestate without a traceparent means nothing.
            if (extension.Name != Names[1])
            {
                extensions.Add(extension);
            }
        }

        extensions.Add(new CloudEventExtension(Names[0], JsonText.Quote(parent.Trim(White))));
        if (TraceState.Normalize(state) is { } members)
        {
            extensions.Add(new CloudEventExtension(Names[1], JsonText.Quote(members)));
        }

        return cloudEvent with { Extensions = extensions };
    }

    /// <summary>Returns the headers that pass on a request's trace.</summary>
    /// <param name="parent">The header <c>traceparent</c>. Null or empty means no trace.</param>
    /// <param name="state">The header <c>tracestate</c>. Null or empty means none.</param>
    /// <returns>The headers, or null when there is no trace.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>>? Headers(string? parent, string? state) =>
        string.IsNullOrEmpty(parent) ? null
        : string.IsNullOrEmpty(state) ? [new(Names[0], parent)]
        : [new(Names[0], parent), new(Names[1], state)];

    /// <summary>Returns the headers that pass on an event's trace.</summary>
    /// <returns>The headers, or null when the event has no trace.</returns>
    internal static List<KeyValuePair<string, string>>? Headers(CloudEvent cloudEvent)
    {
        List<KeyValuePair<string, string>>? headers = null;
        for (var i = 0; i < Names.Count && (i == 0 || headers is not null); i++)
        {
            if (Find(cloudEvent, Names[i]) is { } value)
            {
                (headers ??= []).Add(new(Names[i], value));
            }
        }

        return headers;
    }

    /// <summary>Reads the trace in headers.</summary>
    /// <param name="headers">The headers. Null means none.</param>
    /// <returns>The sender's span, with its <c>tracestate</c> if that is valid; the default value when it is missing or invalid.</returns>
    public static ActivityContext Parse(IReadOnlyList<KeyValuePair<string, string>>? headers) =>
        Find(headers, Names[0]) is { } parent && TraceParent.TryParse(parent, TraceState.Normalize(Find(headers, Names[1])), out var span) ? span : default;

    /// <summary>Marks whether the trace-id of a new span was made at random, as its parent says; a trace that begins here has a random one.</summary>
    /// <param name="span">The span.</param>
    /// <param name="parent">Its parent. The default value means none.</param>
    public static void MarkRandom(Activity span, ActivityContext parent)
    {
        ArgumentNullException.ThrowIfNull(span);
        span.ActivityTraceFlags |= parent == default ? TraceParent.RandomTraceId : parent.TraceFlags & TraceParent.RandomTraceId;
    }

    /// <summary>Replaces the sender's span.</summary>
    /// <param name="headers">The headers of an event. Null means none.</param>
    /// <param name="span">The new span.</param>
    /// <returns>The headers with the new span.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Replace(IReadOnlyList<KeyValuePair<string, string>>? headers, Activity span)
    {
        var replaced = new List<KeyValuePair<string, string>>((headers?.Count ?? 0) + 2);
        for (var i = 0; i < headers?.Count; i++)
        {
            if (headers[i].Key != Names[0] && headers[i].Key != Names[1])
            {
                replaced.Add(headers[i]);
            }
        }

        replaced.Add(new(Names[0], $"00-{span.TraceId}-{span.SpanId}-{(byte)span.ActivityTraceFlags:x2}"));
        if (!string.IsNullOrEmpty(span.TraceStateString))
        {
            replaced.Add(new(Names[1], span.TraceStateString));
        }

        return replaced;
    }

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>>? headers, string name)
    {
        for (var i = 0; i < headers?.Count; i++)
        {
            if (headers[i].Key == name)
            {
                return headers[i].Value;
            }
        }

        return null;
    }

    private static string? Find(CloudEvent cloudEvent, string name)
    {
        var extensions = cloudEvent.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            if (extensions[i].Name == name && extensions[i].Json.Span is [(byte)'"', ..] json)
            {
                return HeaderValue(JsonText.Unescape(json));
            }
        }

        return null;
    }

    // Both are printable ASCII. Other text is not a trace and must not get into a header.
    private static string? HeaderValue(string? text) => text?.AsSpan().ContainsAnyExceptInRange(' ', '~') == false ? text : null;
}
