using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace EventGateway.Functions.Http.Settings;

/// <summary>A key of a Google service account, as its JSON file says it.</summary>
/// <param name="Email">The account.</param>
/// <param name="PrivateKey">The RSA key, as PEM.</param>
/// <param name="KeyId">The key's id. Not set: it has none.</param>
/// <param name="TokenUri">Where tokens come from.</param>
internal sealed record GoogleServiceAccount(string Email, string PrivateKey, string? KeyId, string TokenUri)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Reads the file.</summary>
    /// <returns>The key, or null where the text is no such file.</returns>
    public static GoogleServiceAccount? TryParse(string json)
    {
        var file = JsonFile.Parse(Encoding.UTF8.GetBytes(json));
        if (JsonFile.Text(file, "client_email") is not { Length: > 0 } email
            || JsonFile.Text(file, "private_key") is not { } key
            || JsonFile.Text(file, "token_uri") is not { } uri
            || !FunctionUrl.IsTokenUrl(uri))
        {
            return null;
        }

        try
        {
            // A public key is RSA as well, but signs nothing.
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            Sign(rsa, string.Empty);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }

        return new GoogleServiceAccount(email, key, JsonFile.Text(file, "private_key_id"), uri);
    }

    /// <summary>Writes a signed statement, which Google's servers give a token for (RFC 7523).</summary>
    /// <param name="audience">Whom the token is for.</param>
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
        rsa.ImportFromPem(PrivateKey);
        return $"{text}.{Base64Url.EncodeToString(Sign(rsa, text))}";
    }

    private static byte[] Sign(RSA rsa, string text) => rsa.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    // Whoever prints a record prints its fields.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Email);
        return true;
    }

    private static string Encode(JsonNode json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
