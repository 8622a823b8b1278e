using System.Text.Json;

namespace Mirror;

/// <summary>An authorizer: lets events through that come with the right token.</summary>
internal static class Guard
{
    public static async Task<object> DecideAsync(HttpRequest request)
    {
        using var question = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var headers = question.RootElement.GetProperty("request").GetProperty("headers");
        return headers.TryGetProperty("Authorization", out var token) && token.ValueEquals("Bearer let-me-in")
            ? new { authorization = new { principalId = "ada", context = new { role = "admin" } } }
            : new { error = new { message = "Say the word." } };
    }
}
