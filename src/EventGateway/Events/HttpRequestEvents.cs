using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>Makes the <c>http.request</c> events that plain HTTP requests become.</summary>
/// <param name="defaults">Decides the version of the events, and whether text becomes base64.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpRequestEvents(GatewayDefaults defaults, TimeProvider time)
{
    /// <summary>Makes an event; its data is <c>{path, method, host, headers, query, params, body}</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its whole body.</param>
    /// <param name="parameters">The parameters that its path matched.</param>
    /// <param name="buffer">Takes the data, which is valid until this buffer is written to again. Write the event into another buffer.</param>
    /// <param name="hidesCredentials">Whether asterisks stand for the credentials in headers and query.</param>
    public CloudEvent Create(
        HttpRequest request, ReadOnlyMemory<byte> body, IReadOnlyList<PathParameter> parameters, PooledBuffer buffer, bool hidesCredentials = false)
    {
        var start = buffer.WrittenCount;
        JsonOutput.Write(buffer, new HttpRequestJson(request, body, parameters, defaults.TextAsBase64, hidesCredentials), HttpRequestJson.Write);
        return GatewayEvents.Create(
            SystemEventTypes.HttpRequest,
            CloudEventData.Json(buffer.WrittenMemory[start..]),
            "application/json",
            GatewayEvents.VersionOf(defaults.CloudEventFormat),
            time);
    }
}
