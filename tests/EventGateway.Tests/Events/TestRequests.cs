using EventGateway.Core;
using EventGateway.Core.CloudEvents;
using EventGateway.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace EventGateway.Tests.Events;

/// <summary>Makes requests as the server would hand them over.</summary>
internal static class TestRequests
{
    public static readonly GatewayDefaults Compatible = new() { TextAsBase64 = true, CloudEventFormat = CloudEventFormat.V01Structured };

    public static readonly TimeProvider Clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 30, 0, 250, TimeSpan.Zero));

    public static EventRequestReader Reader(GatewayDefaults? defaults = null) => new(defaults ?? new GatewayDefaults(), Clock);

    public static HttpRequest Of(string method = "POST", string target = "/", params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Host = new HostString("gateway.local");
        var query = target.IndexOf('?', StringComparison.Ordinal);
        request.Path = query < 0 ? target : target[..query];
        request.QueryString = query < 0 ? default : new QueryString(target[query..]);
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        foreach (var (name, value) in headers)
        {
            request.Headers[name] = StringValues.Concat(request.Headers[name], value);
        }

        return request;
    }

    public static HttpRequest Of(EventPayload payload)
    {
        var request = Of();
        if (payload.ContentType is not null)
        {
            request.ContentType = payload.ContentType;
        }

        foreach (var (name, value) in payload.Headers ?? [])
        {
            request.Headers[name] = value;
        }

        return request;
    }
}
