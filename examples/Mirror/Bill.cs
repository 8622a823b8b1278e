using System.Text.Json.Nodes;

namespace Mirror;

/// <summary>Replies to an event with another event, which the gateway publishes.</summary>
internal static class Bill
{
    public static async Task<IResult> ReplyAsync(HttpRequest request)
    {
        var order = (await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted))!;
        var bill = new
        {
            specversion = "1.0",
            type = "order.billed",
            source = "/billing",
            // A second call for the same order replies with the same id.
            id = $"bill-{order["id"]}",
            data = order["data"],
        };
        return Results.Json(bill, contentType: "application/cloudevents+json");
    }
}
