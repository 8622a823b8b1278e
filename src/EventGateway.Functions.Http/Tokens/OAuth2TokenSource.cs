using System.Text;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Fetches access tokens with client credentials (RFC 6749, section 4.4).</summary>
/// <param name="auth">The settings.</param>
/// <param name="endpoint">Asks the token endpoint.</param>
internal sealed class OAuth2TokenSource(OAuth2Auth auth, TokenEndpoint endpoint, TimeProvider timeProvider) : ITokenSource
{
    // The lifetime of a token that does not state its own.
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<TokenResult> FetchAsync(CancellationToken cancellationToken)
    {
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        if (auth.Scope is { } scope)
        {
            form.Add(new("scope", scope));
        }

        if (auth.Audience is { } audience)
        {
            form.Add(new("audience", audience));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, auth.TokenUrl.Reveal());
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var (id, secret) = (auth.ClientId, auth.ClientSecret.Reveal());
        if (auth.ClientAuthentication is "body")
        {
            form.Add(new("client_id", id));
            form.Add(new("client_secret", secret));
        }
        else
        {
            // RFC 6749, section 2.3.1: both are encoded as in a form first.
            var pair = $"{Encode(id)}:{Encode(secret)}";
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        return await endpoint.AskAsync(request, Read, cancellationToken);
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private TokenResult? Read(ReadOnlyMemory<byte> body)
    {
        var answer = JsonFile.Parse(body);
        return JsonFile.Text(answer, "access_token") is { } token && TokenEndpoint.IsToken(token)
            ? TokenResult.Of(token, SteadyTimeProvider.Of(timeProvider).GetUtcNow() + Lifetime(answer))
            : null;
    }

    // Some servers write the number as a string.
    private static TimeSpan Lifetime(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in"u8, out var value)
            || !double.TryParse(value.ToString(), System.Globalization.NumberStyles.Float, null, out var seconds)
            || !(seconds >= 0))
        {
            return UnknownLifetime;
        }

        return seconds < MaxLifetime.TotalSeconds ? TimeSpan.FromSeconds(seconds) : MaxLifetime;
    }
}
