using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>
/// The OpenAPI document of the Events API: <c>events-v1.json</c> with the address of the listener. It is a document of its own, because
/// a generated client has one address, and both APIs have different ones.
/// </summary>
internal sealed class EventsDocument
{
    private readonly JsonObject _document = JsonText.ReadFile("events-v1.json");
    private readonly byte[] _written;

    public EventsDocument(EventsAddress address)
    {
        var variables = _document["servers"]![0]!["variables"]!;
        variables["scheme"]!["default"] = address.Scheme;
        variables["host"]!["default"] = address.Host;
        variables["port"]!["default"] = address.Port;
        _written = JsonText.Write(_document);
    }

    /// <summary>Returns the document as JSON in UTF-8.</summary>
    public byte[] Write() => _written;

    /// <summary>Returns the schema of a CloudEvent, for other documents.</summary>
    public JsonObject CloudEvent() => _document["components"]!["schemas"]!["CloudEvent"]!.DeepClone().AsObject();
}
