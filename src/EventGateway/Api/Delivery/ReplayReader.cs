using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;

namespace EventGateway.Api.Delivery;

/// <summary>Reads the body of a request for a replay.</summary>
internal static class ReplayReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="errors">One text per broken rule, each naming the field.</param>
    /// <returns>Whether the request is valid.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ReplayRequest? request, out IReadOnlyList<string> errors)
    {
        request = null;
        errors = [];
        var broken = new ValidationErrors("");
        if (RequestBody.TryParse(body, broken, out var document))
        {
            using (document)
            {
                var fields = new JsonFields(document.RootElement, "", broken);
                request = Read(fields);
                fields.RefuseUnknown();
            }
        }

        if (broken.Any)
        {
            request = null;
            errors = broken.ToError().Messages;
        }

        return request is not null;
    }

    private static ReplayRequest Read(JsonFields fields)
    {
        var request = new ReplayRequest
        {
            SubscriptionId = fields.Required("subscriptionId", "the id of an async subscription is accepted.") ?? "",
            From = Time(fields, "from"),
            To = Time(fields, "to"),
            EventTypes = fields.Texts("eventTypes", (path, type) => EventTypeNames.CheckSelected(fields.Errors, path, type)),
        };
        if (request.From >= request.To)
        {
            fields.Refuse("from", "not before \"to\"; an earlier time is accepted.");
        }

        return request;
    }

    private static DateTimeOffset? Time(JsonFields fields, string name)
    {
        if (fields.Text(name, Timestamp.Accepted) is not { } text)
        {
            return null;
        }

        var time = Timestamp.Read(text);
        if (time is null)
        {
            fields.Refuse(name, $"\"{text}\"; {Timestamp.Accepted}");
        }

        return time;
    }
}
