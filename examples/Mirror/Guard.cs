using System.Text.Json;

namespace Mirror;

/// <summary>An authorizer: it allows events with the right token.</summary>
internal static class Guard
{
    public static async Task<object> DecideAsync(HttpRequest request)
    {
        using var authorizationRequest = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var headers = authorizationRequest.RootElement.GetProperty("request").GetProperty("headers");
        return headers.TryGetProperty("Authorization", out var token) && token.ValueEquals("Bearer let-me-in")
            ? new { authorization = new { principalId = "ada", context = new { role = "admin" } } }
            : new { error = new { message = "The token is invalid." } };
    }
}
