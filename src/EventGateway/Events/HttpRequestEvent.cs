using System.Text.Json;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Makes the <c>http.request</c> event that a plain HTTP request becomes.</summary>
internal static class HttpRequestEvent
{
    /// <summary>Makes the event; its data is <c>{path, method, host, headers, query, params, body}</c>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its whole body.</param>
    /// <param name="parameters">The parameters that its path matched.</param>
    /// <param name="defaults">Decides the event's version and whether text becomes base64.</param>
    /// <param name="time">The clock.</param>
    /// <param name="buffer">Where the data goes: valid until this buffer is written to again, so write the event into another.</param>
    /// <param name="hidesCredentials">Whether asterisks stand for the credentials in headers and query.</param>
    public static CloudEvent Create(
        HttpRequest request,
        ReadOnlyMemory<byte> body,
        IReadOnlyList<PathParameter> parameters,
        GatewayDefaults defaults,
        TimeProvider time,
        PooledBuffer buffer,
        bool hidesCredentials = false)
    {
        var start = buffer.WrittenCount;
        JsonOutput.Write(buffer, new Input(request, body, parameters, defaults.TextAsBase64, hidesCredentials), Write);
        return GatewayEvents.Create(
            SystemEventTypes.HttpRequest,
            CloudEventData.Json(buffer.WrittenMemory[start..]),
            "application/json",
            GatewayEvents.VersionOf(defaults.CloudEventFormat),
            time);
    }

    /// <summary>Writes a request without its body and parameters, as an authorizer gets it: <c>{path, method, host, headers, query}</c>.</summary>
    public static void WriteRequest(Utf8JsonWriter writer, HttpRequest request)
    {
        writer.WriteStartObject();
        WriteHead(writer, request, hidesCredentials: false);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members <c>path</c> and <c>headers</c> of a request; for all but plug-ins without credentials.</summary>
    public static void WritePathAndHeaders(Utf8JsonWriter writer, HttpRequest request, bool forPlugins)
    {
        WritePath(writer, request);
        WriteHeaders(writer, request.Headers, hidesCredentials: !forPlugins);
    }

    private static void Write(Utf8JsonWriter writer, Input input)
    {
        writer.WriteStartObject();
        WriteHead(writer, input.Request, input.HidesCredentials);
        writer.WriteStartObject("params"u8);
        for (var i = 0; i < input.Parameters.Count; i++)
        {
            writer.WriteString(input.Parameters[i].Name, input.Parameters[i].Value);
        }

        writer.WriteEndObject();
        WriteBody(writer, input);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, HttpRequest request, bool hidesCredentials)
    {
        WritePath(writer, request);
        writer.WriteString("method"u8, request.Method);
        writer.WriteString("host"u8, request.Host.Value ?? "");
        WriteHeaders(writer, request.Headers, hidesCredentials);
        WriteQuery(writer, request, hidesCredentials);
    }

    private static void WritePath(Utf8JsonWriter writer, HttpRequest request)
    {
        var rawPath = RequestTarget.RawPath(request);
        var isPlain = !rawPath.Contains('%', StringComparison.Ordinal);
        writer.WriteString("path"u8, !isPlain && PercentEncoding.TryDecode(rawPath, plusIsSpace: false, out var path) ? path : rawPath);
    }

    private static void WriteHeaders(Utf8JsonWriter writer, IHeaderDictionary headers, bool hidesCredentials)
    {
        writer.WriteStartObject("headers"u8);
        Span<char> room = stackalloc char[64];
        foreach (var (name, values) in headers)
        {
            // The host stands beside the headers; how the body was framed or the stream addressed is nobody's business.
            if (name.Length == 0 || name[0] == ':'
                || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var canonical = name.Length <= room.Length ? room[..name.Length] : new char[name.Length];
            HttpToken.Canonicalize(name, canonical);
            writer.WriteString(canonical, hidesCredentials && CredentialNames.IsHeader(name) ? CredentialNames.Mask : BinaryEventReader.Join(values));
        }

        writer.WriteEndObject();
    }

    private static void WriteQuery(Utf8JsonWriter writer, HttpRequest request, bool hidesCredentials)
    {
        writer.WriteStartObject("query"u8);
        if (RequestTarget.Query(request) is { } query)
        {
            foreach (var (name, values) in query)
            {
                writer.WriteStartArray(name);
                var isHidden = hidesCredentials && CredentialNames.IsQuery(name);
                foreach (var value in values)
                {
                    writer.WriteStringValue(isHidden ? CredentialNames.Mask : value);
                }

                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, in Input input)
    {
        if (!MediaType.TryParse(input.Request.ContentType, out var type, out _))
        {
            type = default;
        }

        var data = EventBody.Read(type, input.Body, input.TextAsBase64);
        switch (data.Kind)
        {
            case CloudEventDataKind.Json:
                writer.WritePropertyName("body"u8);
                writer.WriteRawValue(data.Bytes.Span, skipInputValidation: true);
                break;
            case CloudEventDataKind.Binary:
                writer.WriteBase64String("body"u8, data.Bytes.Span);
                if (!input.TextAsBase64)
                {
                    // Clients of 0.9 know that what is no JSON and no form is base64, and compare whole objects.
                    writer.WriteBoolean("isBase64Encoded"u8, true);
                }

                break;
            default:
                writer.WriteLongString("body"u8, data.Bytes.Span);
                break;
        }
    }

    private readonly record struct Input(HttpRequest Request, ReadOnlyMemory<byte> Body, IReadOnlyList<PathParameter> Parameters, bool TextAsBase64, bool HidesCredentials);
}
