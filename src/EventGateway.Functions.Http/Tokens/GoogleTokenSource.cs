using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Fetches Google's ID tokens: with a service account's key, or from the metadata server of the machine.</summary>
/// <param name="audience">The audience of the tokens.</param>
/// <param name="account">The service account. Null means that of the machine.</param>
/// <param name="metadataHost">The metadata server, with its port when it is not 80.</param>
/// <param name="endpoint">Asks for tokens.</param>
internal sealed class GoogleTokenSource(
    string audience, GoogleServiceAccount? account, string metadataHost, TokenEndpoint endpoint, TimeProvider timeProvider) : ITokenSource
{
    // Google.Apis.Auth is not used: it repeats requests on timers of its own, follows redirects, reads answers of any size, and
    // its errors repeat the server's texts.

    // The lifetime of a token that does not state its own.
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<TokenResult> FetchAsync(CancellationToken cancellationToken)
    {
        using var request = account is null ? AskMetadata() : AskWithAssertion(account);
        return await endpoint.AskAsync(
            request,
            body => Read(account is null ? Encoding.UTF8.GetString(body.Span).Trim() : JsonFile.Text(JsonFile.Parse(body), "id_token")),
            cancellationToken);
    }

    private HttpRequestMessage AskMetadata()
    {
        var uri = $"http://{metadataHost}/computeMetadata/v1/instance/service-accounts/default/identity?audience={Uri.EscapeDataString(audience)}&format=full";
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("Metadata-Flavor", "Google");
        return request;
    }

    private HttpRequestMessage AskWithAssertion(GoogleServiceAccount from) => new(HttpMethod.Post, from.TokenUri)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            new("assertion", from.Assert(audience, timeProvider.GetUtcNow())),
        ]),
    };

    private TokenResult? Read(string? token) => TokenEndpoint.IsToken(token) ? TokenResult.Of(token!, ExpiryOf(token!)) : null;

    // The token is not verified: the function does that.
    private DateTimeOffset ExpiryOf(string token)
    {
        var steady = SteadyTimeProvider.Of(timeProvider);
        var parts = token.Split('.');
        if (parts.Length == 3 && Base64Url.IsValid(parts[1]))
        {
            var claims = JsonFile.Parse(Base64Url.DecodeFromChars(parts[1]));
            if (claims.ValueKind is JsonValueKind.Object && claims.TryGetProperty("exp"u8, out var exp)
                && exp.ValueKind is JsonValueKind.Number && exp.GetDouble() is var seconds && seconds > 0)
            {
                var left = seconds - timeProvider.GetUtcNow().ToUnixTimeSeconds();
                return steady.GetUtcNow() + (left < MaxLifetime.TotalSeconds ? TimeSpan.FromSeconds(left) : MaxLifetime);
            }
        }

        return steady.GetUtcNow() + UnknownLifetime;
    }
}
