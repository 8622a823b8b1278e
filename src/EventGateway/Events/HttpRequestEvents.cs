using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>Makes the <c>http.request</c> events that plain HTTP requests become.</summary>
/// <param name="defaults">Decides the version of the events, whether text becomes base64, and whether the data is as in 0.9.</param>
internal sealed class HttpRequestEvents(GatewayDefaults defaults, TimeProvider time)
{
    /// <summary>Makes an event; its data is <c>{path, rawPath, method, host, headers, query, rawQuery, params, body}</c>.</summary>
    /// <param name="body">Its whole body.</param>
    /// <param name="parameters">The parameters that its path matched.</param>
    /// <param name="isMatched">Whether a subscription matches. If not, the event has no trace, and asterisks stand for the credentials in headers and query.</param>
    public WrittenEvent Create(HttpRequest request, ReadOnlyMemory<byte> body, IReadOnlyList<PathParameter> parameters, bool isMatched = true)
    {
        var attributes = GatewayEvents.Create(
            SystemEventTypes.HttpRequest, CloudEventData.None, "application/json", GatewayEvents.VersionOf(defaults.CloudEventFormat), time);
        if (isMatched)
        {
            attributes = TraceContext.With(attributes, request.Headers.TraceParent, request.Headers.TraceState);
        }

        var buffer = new PooledBuffer(body.Length + 2048);
        var data = new HttpRequestJson(request, body, parameters, defaults, HidesCredentials: !isMatched);
        var (cloudEvent, payload) = CloudEventWriter.WriteWithData(attributes, data, HttpRequestJson.Write, buffer);
        return new WrittenEvent(cloudEvent, payload, buffer);
    }
}
