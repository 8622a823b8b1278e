using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Http.Settings;

/// <summary>A key of a Google service account.</summary>
/// <param name="Email">The account.</param>
/// <param name="PrivateKey">The RSA key, as PEM.</param>
/// <param name="KeyId">The key's id. Null when it has none.</param>
/// <param name="TokenUri">The URL of the token endpoint.</param>
internal sealed record GoogleServiceAccount(string Email, Secret PrivateKey, string? KeyId, string TokenUri)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Reads the JSON file of a key. Null when the text is no such file.</summary>
    public static GoogleServiceAccount? TryParse(Secret json)
    {
        var file = JsonFile.Parse(Encoding.UTF8.GetBytes(json.Reveal()));
        if (JsonFile.Text(file, "client_email") is not { Length: > 0 } email
            || JsonFile.Text(file, "private_key") is not { } key
            || JsonFile.Text(file, "token_uri") is not { } uri
            || !FunctionUrl.IsTokenUrl(uri))
        {
            return null;
        }

        try
        {
            // A public key can be imported too, but it cannot sign.
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            Sign(rsa, string.Empty);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }

        return new GoogleServiceAccount(email, new Secret(key), JsonFile.Text(file, "private_key_id"), uri);
    }

    /// <summary>Creates a signed assertion, which Google's servers exchange for a token (RFC 7523).</summary>
    /// <param name="audience">The audience of the token.</param>
    /// <param name="now">The time.</param>
    public string Assert(string audience, DateTimeOffset now)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (KeyId is not null)
        {
            header["kid"] = KeyId;
        }

        var claims = new JsonObject
        {
            ["iss"] = Email,
            ["sub"] = Email,
            ["aud"] = TokenUri,
            ["target_audience"] = audience,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + Lifetime).ToUnixTimeSeconds(),
        };
        var text = $"{Encode(header)}.{Encode(claims)}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(PrivateKey.Reveal());
        return $"{text}.{Base64Url.EncodeToString(Sign(rsa, text))}";
    }

    private static byte[] Sign(RSA rsa, string text) => rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static string Encode(JsonNode json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
