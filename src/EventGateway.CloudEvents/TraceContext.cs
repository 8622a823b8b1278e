using System.Diagnostics;

namespace EventGateway.CloudEvents;

/// <summary>
/// The distributed-tracing extension: <c>traceparent</c> and <c>tracestate</c> (CloudEvents extension
/// "Distributed Tracing"; https://www.w3.org/TR/trace-context/).
/// </summary>
public static class TraceContext
{
    /// <summary>The names, which the extensions and the HTTP headers share.</summary>
    public static IReadOnlyList<string> Names { get; } = ["traceparent", "tracestate"];

    /// <summary>Adds what the sender's headers say to an event that does not say it itself.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="parent">The header <c>traceparent</c>. Not set or empty: there is no trace, and the event stays as it is.</param>
    /// <param name="state">The header <c>tracestate</c>. Not set or empty: none.</param>
    public static CloudEvent With(CloudEvent cloudEvent, string? parent, string? state)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        if (string.IsNullOrEmpty(parent) || Find(cloudEvent, Names[0]) is not null)
        {
            return cloudEvent;
        }

        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 2);
        foreach (var extension in cloudEvent.Extensions)
        {
            // A state belongs to its parent; without one it says nothing.
            if (extension.Name != Names[1])
            {
                extensions.Add(extension);
            }
        }

        extensions.Add(new CloudEventExtension(Names[0], JsonText.Quote(parent)));
        if (!string.IsNullOrEmpty(state))
        {
            extensions.Add(new CloudEventExtension(Names[1], JsonText.Quote(state)));
        }

        return cloudEvent with { Extensions = extensions };
    }

    /// <summary>The headers that carry a request's trace along.</summary>
    /// <param name="parent">The header <c>traceparent</c>. Not set or empty: there is no trace.</param>
    /// <param name="state">The header <c>tracestate</c>. Not set or empty: none.</param>
    /// <returns>The headers, or null where there is no trace.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>>? Headers(string? parent, string? state) =>
        string.IsNullOrEmpty(parent) ? null
        : string.IsNullOrEmpty(state) ? [new(Names[0], parent)]
        : [new(Names[0], parent), new(Names[1], state)];

    /// <summary>The headers that carry an event's trace along.</summary>
    /// <returns>The headers, or null where the event has no trace, which is most of the time.</returns>
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

    /// <summary>Reads the trace that headers carry.</summary>
    /// <param name="headers">The headers. Not set: none.</param>
    /// <returns>The sender's span; the default value where there is none, or no valid one.</returns>
    public static ActivityContext Parse(IReadOnlyList<KeyValuePair<string, string>>? headers) =>
        ActivityContext.TryParse(Find(headers, Names[0]), Find(headers, Names[1]), isRemote: true, out var context) ? context : default;

    /// <summary>Puts a span in the place of the sender's.</summary>
    /// <param name="headers">The headers of an event. Not set: none.</param>
    /// <param name="span">The span.</param>
    /// <returns>The headers, with the span's.</returns>
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

        replaced.Add(new(Names[0], $"00-{span.TraceId}-{span.SpanId}-{(span.Recorded ? "01" : "00")}"));
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

    // Both are visible ASCII; anything else is no trace, and must not get into a header.
    private static string? HeaderValue(string? text) => text?.AsSpan().ContainsAnyExceptInRange(' ', '~') == false ? text : null;
}
