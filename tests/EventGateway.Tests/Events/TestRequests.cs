using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace EventGateway.Tests.Events;

/// <summary>Makes requests as the server would hand them over.</summary>
internal static class TestRequests
{
    public static readonly GatewayDefaults Compatible = new() { TextAsBase64 = true, RequestsAsIn09 = true, CloudEventFormat = CloudEventFormat.V01Structured };

    public static readonly TimeProvider Clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 30, 0, 250, TimeSpan.Zero));

    /// <summary>An event in structured mode: <c>7</c> of the type <c>test.event</c>.</summary>
    public const string Structured = """{"specversion":"1.0","id":"7","type":"test.event","source":"/s","data":{"a":1}}""";

    public static RequestEventReader Reader(GatewayDefaults? defaults = null) => new(defaults ?? new GatewayDefaults(), Clock);

    public static HttpRequest Of(string method = "POST", string target = "/", params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Host = new HostString("gateway.local");
        var query = target.IndexOf('?', StringComparison.Ordinal);
        request.Path = !target.StartsWith('/') ? "/" : query < 0 ? target : target[..query];
        request.QueryString = query < 0 ? default : new QueryString(target[query..]);
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = StringValues.Concat(request.Headers[name], value);
        }

        return request;
    }

    /// <summary>A request with an event in structured mode.</summary>
    public static HttpRequest Event(string target = "/", params (string Name, string Value)[] headers) =>
        Of("POST", target, [("Content-Type", "application/cloudevents+json"), .. headers]);

    /// <summary>A request with a batch.</summary>
    public static HttpRequest Batch() => Of(headers: ("Content-Type", "application/cloudevents-batch+json"));
}
