using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Api.Description;

namespace EventGateway.Api.AsyncApi;

/// <summary>An AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0). It is written in pieces, because it can be long.</summary>
/// <param name="channels">Where senders send events.</param>
/// <param name="cloudEvent">The schema of an event in structured mode.</param>
/// <param name="address">The address of the Events API.</param>
/// <param name="revision">The revision of the configuration, for the <c>ETag</c> and as the version of the document.</param>
internal sealed class AsyncApiResponse(EventChannels channels, JsonObject cloudEvent, EventsAddress address, long revision) : IResult
{
    private const int PieceBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.Headers.ETag = $"\"{revision}\"";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        await using var json = new Utf8JsonWriter(
            response.BodyWriter, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("asyncapi", "3.0.0");
        WriteInfo(json);
        WriteServers(json);
        json.WriteStartObject("channels");
        foreach (var channel in channels.All)
        {
            ChannelWriter.WriteChannel(json, channel);
            await FlushAsync(json, httpContext);
        }

        if (channels.HaveAnswers)
        {
            ChannelWriter.WriteAnswers(json);
        }

        json.WriteEndObject();
        json.WriteStartObject("operations");
        foreach (var channel in channels.All)
        {
            ChannelWriter.WriteOperations(json, channel);
            await FlushAsync(json, httpContext);
        }

        json.WriteEndObject();
        json.WriteStartObject("components");
        json.WriteStartObject("messages");
        foreach (var type in channels.Types)
        {
            MessageWriter.WriteMessages(json, type);
            await FlushAsync(json, httpContext);
        }

        if (channels.HaveAnswers)
        {
            MessageWriter.WriteAnswer(json);
        }

        json.WriteEndObject();
        json.WriteStartObject("schemas");
        json.WritePropertyName("CloudEvent");
        cloudEvent.WriteTo(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(httpContext.RequestAborted);
    }

    private static async ValueTask FlushAsync(Utf8JsonWriter json, HttpContext context)
    {
        if (json.BytesPending > PieceBytes)
        {
            json.Flush();
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
    }

    private void WriteInfo(Utf8JsonWriter json)
    {
        json.WriteStartObject("info");
        json.WriteString("title", "Event Gateway");
        json.WriteString("version", $"{revision}");
        json.WriteString(
            "description",
            "The events that subscriptions take, as of this revision of the configuration. Each event can be sent as a CloudEvent in structured or binary mode, "
            + "or as its data with the header Event. Disabled subscriptions, and subscriptions to events of the gateway itself, are left out.");
        json.WriteEndObject();
        json.WriteString("defaultContentType", "application/json");
    }

    private void WriteServers(Utf8JsonWriter json)
    {
        json.WriteStartObject("servers");
        json.WriteStartObject("events");
        json.WriteString("host", "{host}:{port}");
        json.WriteString("protocol", address.Scheme);
        json.WriteString("description", "The Events API of this gateway.");
        json.WriteStartObject("variables");
        WriteVariable(json, "host", address.Host);
        WriteVariable(json, "port", address.Port);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVariable(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject(name);
        json.WriteString("default", value);
        json.WriteEndObject();
    }
}
