using System.Text.Json;

namespace EventGateway.Events;

/// <summary>Writes the body that every error of the Events API has.</summary>
internal static class ErrorResponse
{
    /// <summary>Answers with a status and one or more reasons.</summary>
    public static Task WriteAsync(HttpContext context, int status, params IReadOnlyList<string> reasons)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteStartArray("errors"u8);
            foreach (var reason in reasons)
            {
                json.WriteStartObject();
                json.WriteString("message"u8, reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    /// <summary>Answers 503, and says when to come back.</summary>
    public static Task UnavailableAsync(HttpContext context, TimeSpan retryAfter, string reason)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)).ToString();
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
    }
}
