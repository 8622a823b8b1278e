using System.Buffers.Text;
using System.Text;

namespace Mirror;

/// <summary>Issues tokens. The function does not check them.</summary>
internal static class Tokens
{
    /// <summary>Returns a token to the client <c>gateway</c> with the secret <c>s3cret</c> (RFC 6749, section 4.4).</summary>
    public static IResult ForClient(HttpRequest request) =>
        request.Headers.Authorization == $"Basic {Convert.ToBase64String("gateway:s3cret"u8)}"
            ? Results.Json(new { access_token = "a-token-of-the-client", token_type = "Bearer", expires_in = 3600 })
            : Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);

    /// <summary>Returns an ID token like Google's metadata server, but without a signature.</summary>
    public static string ForMachine(string audience) =>
        $"{Encode("""{"alg":"none"}""")}.{Encode($$"""{"aud":"{{audience}}","exp":4102444800}""")}.";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
