using System.Text.Json;

namespace EventGateway.Api.AsyncApi;

/// <summary>Writes channels, and what the gateway does with the events that arrive on them.</summary>
internal static class ChannelWriter
{
    /// <summary>The id of the channel on which senders are answered.</summary>
    private const string Answers = "answers";

    /// <summary>Writes a channel with the messages that it takes.</summary>
    public static void WriteChannel(Utf8JsonWriter json, EventChannel channel)
    {
        var address = new ChannelAddress(channel.Path);
        json.WriteStartObject(channel.Id);
        json.WriteString("address", address.Text);
        json.WriteString("title", $"{channel.Method} {channel.Path}");
        json.WriteStartObject("messages");
        foreach (var (structured, binary) in channel.Types.Keys.Select(MessageWriter.IdsOf))
        {
            WriteReference(json, structured, $"#/components/messages/{structured}");
            WriteReference(json, binary, $"#/components/messages/{binary}");
        }

        json.WriteEndObject();
        if (address.Parameters.Count > 0)
        {
            json.WriteStartObject("parameters");
            foreach (var (name, description) in address.Parameters)
            {
                json.WriteStartObject(name);
                json.WriteString("description", description);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteStartArray("tags");
        json.WriteStartObject();
        json.WriteString("name", channel.Space);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the channel on which senders are answered: the connection of the request.</summary>
    public static void WriteAnswers(Utf8JsonWriter json)
    {
        json.WriteStartObject(Answers);
        json.WriteNull("address");
        json.WriteString("title", "Answers");
        json.WriteStartObject("messages");
        WriteReference(json, MessageWriter.Answer, $"#/components/messages/{MessageWriter.Answer}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the operations of a channel: one for its async subscriptions, one for its sync subscriptions.</summary>
    public static void WriteOperations(Utf8JsonWriter json, EventChannel channel)
    {
        WriteOperation(json, channel, SubscriptionKinds.Async, "async", "The sender is answered with 202 when the event is stored.");
        WriteOperation(json, channel, SubscriptionKinds.Sync, "sync", "The sender is answered by the function.");
    }

    private static void WriteOperation(Utf8JsonWriter json, EventChannel channel, SubscriptionKinds kind, string name, string summary)
    {
        var messages = channel.TypesOf(kind).Select(MessageWriter.IdsOf).ToList();
        if (messages.Count == 0)
        {
            return;
        }

        var place = $"#/channels/{channel.Id}";
        json.WriteStartObject($"{channel.Id}.{name}");
        json.WriteString("action", "receive");
        WriteReference(json, "channel", place);
        json.WriteString("summary", summary);
        json.WriteStartArray("messages");
        foreach (var (structured, binary) in messages)
        {
            WriteReference(json, $"{place}/messages/{structured}");
            WriteReference(json, $"{place}/messages/{binary}");
        }

        json.WriteEndArray();
        if (kind is SubscriptionKinds.Sync)
        {
            json.WriteStartObject("reply");
            WriteReference(json, "channel", $"#/channels/{Answers}");
            json.WriteEndObject();
        }

        json.WriteStartObject("bindings");
        json.WriteStartObject("http");
        json.WriteString("method", channel.Method);
        json.WriteString("bindingVersion", "0.3.0");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter json, string name, string target)
    {
        json.WritePropertyName(name);
        WriteReference(json, target);
    }

    private static void WriteReference(Utf8JsonWriter json, string target)
    {
        json.WriteStartObject();
        json.WriteString("$ref", target);
        json.WriteEndObject();
    }
}
