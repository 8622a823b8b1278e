using EventGateway.CloudEvents;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Reads events in binary mode: attributes in headers, data as the body.</summary>
internal static class BinaryEventReader
{
    /// <summary>What is wrong with a content type that could not stand in a header of another request.</summary>
    public const string BadContentType = "Content-Type: " + AttributeRules.NotHeaderText;

    private const string Prefix = "ce-";
    private const string ExtensionPrefixV01 = "ce-x-";

    /// <summary>Whether a request carries a 1.0 event in binary mode.</summary>
    public static bool IsV1(IHeaderDictionary headers) => headers.ContainsKey("ce-specversion");

    /// <summary>Whether a request has every header that a 0.1 event needs; with one missing it is no event.</summary>
    public static bool IsV01(IHeaderDictionary headers) =>
        Has(headers, "CE-EventType") && Has(headers, "CE-CloudEventsVersion") && Has(headers, "CE-Source") && Has(headers, "CE-EventID");

    /// <summary>Reads a 1.0 event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">Its body.</param>
    public static CloudEventReadResult ReadV1(HttpRequest request, CloudEventData data)
    {
        var attributes = new BinaryAttributes();
        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                attributes.Read(name.ToLowerInvariant(), values);
            }
        }

        // A body of no bytes is no data: 1.0 tells the two apart nowhere in this mode.
        return attributes.ToEvent(request.ContentType, data.Bytes.IsEmpty ? CloudEventData.None : data);
    }

    /// <summary>Reads a 0.1 event.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">Its body.</param>
    public static CloudEventReadResult ReadV01(HttpRequest request, CloudEventData data)
    {
        var headers = request.Headers;
        var errors = new List<string>();
        var source = headers["CE-Source"].ToString();
        if (!AttributeRules.IsUriOrPath(source))
        {
            errors.Add("CE-Source: must be a URI with a scheme, or a path that starts with /");
        }

        var time = Optional(headers, "CE-EventTime");
        if (time is not null && !AttributeRules.IsTimestamp(time))
        {
            errors.Add("CE-EventTime: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z");
        }

        if (!AttributeRules.IsHeaderText(request.ContentType))
        {
            errors.Add(BadContentType);
        }

        var extensions = ReadExtensionsV01(headers, errors);
        if (errors.Count > 0)
        {
            return new(null, errors);
        }

        var version = headers["CE-CloudEventsVersion"].ToString();
        return new(
            new CloudEvent
            {
                SpecVersion = SpecVersion.V01,
                DeclaredVersion = version == "0.1" ? null : version,
                Id = headers["CE-EventID"].ToString(),
                Type = headers["CE-EventType"].ToString(),
                Source = source,
                Time = time,
                DataSchema = Optional(headers, "CE-SchemaURL"),
                DataContentType = string.IsNullOrEmpty(request.ContentType) ? null : request.ContentType,
                TypeVersion = Optional(headers, "CE-EventTypeVersion"),
                Data = data,
                Extensions = extensions,
            },
            []);
    }

    private static List<CloudEventExtension> ReadExtensionsV01(IHeaderDictionary headers, List<string> errors)
    {
        var extensions = new List<CloudEventExtension>();
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(ExtensionPrefixV01, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (name.Length == ExtensionPrefixV01.Length)
            {
                errors.Add("CE-X-: the name of the extension is missing");
                continue;
            }

            extensions.Add(new(name[ExtensionPrefixV01.Length..].ToLowerInvariant(), JsonText.Quote(Join(values))));
        }

        return extensions;
    }

    /// <summary>The one text that repeats of a header are together.</summary>
    internal static string Join(StringValues values) => values.Count == 1 ? values[0] ?? "" : string.Join(", ", values.ToArray());

    private static bool Has(IHeaderDictionary headers, string name) => !StringValues.IsNullOrEmpty(headers[name]);

    private static string? Optional(IHeaderDictionary headers, string name) =>
        headers[name] is { Count: > 0 } values && Join(values) is { Length: > 0 } text ? text : null;
}
