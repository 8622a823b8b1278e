using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Writes a plain HTTP request as the data of its <c>http.request</c> event.</summary>
/// <param name="Request">The request.</param>
/// <param name="Body">Its whole body.</param>
/// <param name="Parameters">The parameters that its path matched.</param>
/// <param name="Defaults">Decides whether text becomes base64, and whether the data is as in 0.9.</param>
/// <param name="HidesCredentials">Whether asterisks stand for the credentials in headers and query.</param>
internal readonly record struct HttpRequestJson(
    HttpRequest Request, ReadOnlyMemory<byte> Body, IReadOnlyList<PathParameter> Parameters, GatewayDefaults Defaults, bool HidesCredentials)
{
    /// <summary>Writes a request without body and parameters, for authorizers: <c>{path, rawPath, method, host, headers, query, rawQuery}</c>.</summary>
    public static void WriteRequest(Utf8JsonWriter writer, HttpRequest request, GatewayDefaults defaults)
    {
        writer.WriteStartObject();
        WriteHead(writer, request, defaults.RequestsAsIn09, hidesCredentials: false);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members <c>path</c> and <c>headers</c> of a request. Only plug-ins get the credentials in the headers.</summary>
    public static void WritePathAndHeaders(Utf8JsonWriter writer, (HttpRequest Request, GatewayDefaults Defaults) input, bool forPlugins)
    {
        WritePath(writer, RequestTarget.RawPath(input.Request), input.Defaults.RequestsAsIn09);
        WriteHeaders(writer, input.Request.Headers, input.Defaults.RequestsAsIn09, hidesCredentials: !forPlugins);
    }

    /// <summary>Writes the request: <c>{path, rawPath, method, host, headers, query, rawQuery, params, body}</c>.</summary>
    public static void Write(Utf8JsonWriter writer, HttpRequestJson input)
    {
        writer.WriteStartObject();
        WriteHead(writer, input.Request, input.Defaults.RequestsAsIn09, input.HidesCredentials);
        writer.WriteStartObject("params"u8);
        for (var i = 0; i < input.Parameters.Count; i++)
        {
            writer.WriteString(input.Parameters[i].Name, input.Parameters[i].Value);
        }

        writer.WriteEndObject();
        WriteBody(writer, input);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, HttpRequest request, bool asIn09, bool hidesCredentials)
    {
        var rawPath = RequestTarget.RawPath(request);
        var rawQuery = RequestTarget.RawQuery(request);
        WritePath(writer, rawPath, asIn09);
        if (!asIn09)
        {
            writer.WriteString("rawPath"u8, rawPath);
        }

        writer.WriteString("method"u8, request.Method);
        writer.WriteString("host"u8, request.Host.Value ?? "");
        WriteHeaders(writer, request.Headers, asIn09, hidesCredentials);
        WriteQuery(writer, QueryParameters.Read(rawQuery, asIn09), hidesCredentials);
        if (!asIn09 && rawQuery is not null)
        {
            writer.WriteString("rawQuery"u8, hidesCredentials ? QueryCredentials.Mask(rawQuery) : rawQuery);
        }
    }

    private static void WritePath(Utf8JsonWriter writer, string rawPath, bool asIn09) =>
        writer.WriteString("path"u8, asIn09 && PercentEncoding.TryDecode(rawPath, plusIsSpace: false, out var path) ? path : TargetText.Decode(rawPath, plusIsSpace: false));

    private static void WriteHeaders(Utf8JsonWriter writer, IHeaderDictionary headers, bool asIn09, bool hidesCredentials)
    {
        writer.WriteStartObject("headers"u8);
        Span<char> room = stackalloc char[64];
        foreach (var (name, values) in headers)
        {
            // The host has a member of its own. Framing and the pseudo-headers of HTTP/2 concern one connection only.
            if (name.Length == 0 || name[0] == ':'
                || name.Equals("Host", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var canonical = name.Length <= room.Length ? room[..name.Length] : new char[name.Length];
            HttpToken.Canonicalize(name, canonical);
            writer.WriteString(canonical, hidesCredentials && CredentialNames.IsHeader(name) ? CredentialNames.Mask : Join(name, values, asIn09));
        }

        writer.WriteEndObject();
    }

    // Crumbs of a cookie are joined as RFC 9113, section 8.2.3 says, over HTTP/1.1 too.
    private static string Join(string name, StringValues values, bool asIn09)
    {
        if (values.Count == 1)
        {
            return HeaderText.Read(values[0] ?? "");
        }

        var texts = new string[values.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = HeaderText.Read(values[i] ?? "");
        }

        return string.Join(!asIn09 && name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ", texts);
    }

    private static void WriteQuery(Utf8JsonWriter writer, OrderedDictionary<string, List<string>>? query, bool hidesCredentials)
    {
        writer.WriteStartObject("query"u8);
        if (query is not null)
        {
            foreach (var (name, values) in query)
            {
                writer.WriteStartArray(name);
                foreach (var value in values)
                {
                    writer.WriteStringValue(hidesCredentials && QueryCredentials.IsCredential(name, value) ? CredentialNames.Mask : value);
                }

                writer.WriteEndArray();
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, in HttpRequestJson input)
    {
        if (!MediaType.TryParse(input.Request.ContentType, out var type, out _))
        {
            type = default;
        }

        // The body of a forwarded request is not judged, but what is stored must be readable.
        if (!CloudEventData.TryFromBody(type, input.Body, input.Defaults.TextAsBase64, input.Defaults.JsonDepth, out var data))
        {
            data = CloudEventData.Binary(input.Body);
        }

        switch (data.Kind)
        {
            case CloudEventDataKind.Json:
                writer.WritePropertyName("body"u8);
                writer.WriteRawValue(data.Bytes.Span.Trim(" \t\r\n"u8), skipInputValidation: true);
                break;
            case CloudEventDataKind.Binary:
                writer.WriteBase64String("body"u8, data.Bytes.Span);
                if (!input.Defaults.TextAsBase64)
                {
                    // Not with text as base64: clients of 0.9 compare whole objects and know when a body is base64.
                    writer.WriteBoolean("isBase64Encoded"u8, true);
                }

                break;
            default:
                writer.WriteLongString("body"u8, data.Bytes.Span);
                break;
        }
    }
}
