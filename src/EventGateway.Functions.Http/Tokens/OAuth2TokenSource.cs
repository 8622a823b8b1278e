using System.Text;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Fetches access tokens with client credentials (RFC 6749, section 4.4).</summary>
/// <param name="auth">The settings.</param>
/// <param name="endpoint">Asks the token endpoint.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class OAuth2TokenSource(JsonElement auth, TokenEndpoint endpoint, TimeProvider timeProvider) : ITokenSource
{
    // Of a token that does not say how long it is good for.
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<TokenAnswer> FetchAsync(CancellationToken cancellationToken)
    {
        var (id, secret) = (JsonFile.Text(auth, "clientId")!, JsonFile.Text(auth, "clientSecret")!);
        var form = new List<KeyValuePair<string, string>> { new("grant_type", "client_credentials") };
        foreach (var name in new[] { "scope", "audience" })
        {
            if (JsonFile.Text(auth, name) is { } value)
            {
                form.Add(new(name, value));
            }
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, JsonFile.Text(auth, "tokenUrl"));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        if (JsonFile.Text(auth, "clientAuthentication") is "body")
        {
            form.Add(new("client_id", id));
            form.Add(new("client_secret", secret));
        }
        else
        {
            // RFC 6749, section 2.3.1: encoded as in a form first.
            var pair = $"{Encode(id)}:{Encode(secret)}";
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        }

        request.Content = new FormUrlEncodedContent(form);
        return await endpoint.AskAsync(request, Read, cancellationToken);
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private TokenAnswer? Read(ReadOnlyMemory<byte> body)
    {
        var answer = JsonFile.Parse(body);
        return JsonFile.Text(answer, "access_token") is { } token && TokenEndpoint.IsToken(token)
            ? TokenAnswer.Of(token, SteadyTimeProvider.Of(timeProvider).GetUtcNow() + Lifetime(answer))
            : null;
    }

    // Some servers write the number as a text.
    private static TimeSpan Lifetime(JsonElement answer)
    {
        if (!answer.TryGetProperty("expires_in"u8, out var value)
            || !double.TryParse(value.ToString(), System.Globalization.NumberStyles.Float, null, out var seconds)
            || !(seconds >= 0))
        {
            return UnknownLifetime;
        }

        return seconds < LongestLifetime.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestLifetime;
    }
}
