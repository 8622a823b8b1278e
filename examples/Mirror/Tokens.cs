using System.Buffers.Text;
using System.Text;

namespace Mirror;

/// <summary>Gives out tokens that nobody checks.</summary>
internal static class Tokens
{
    /// <summary>A token for the client <c>gateway</c>, whose secret is <c>s3cret</c> (RFC 6749, section 4.4).</summary>
    public static IResult ForClient(HttpRequest request) =>
        request.Headers.Authorization == $"Basic {Convert.ToBase64String("gateway:s3cret"u8)}"
            ? Results.Json(new { access_token = "a-token-of-the-client", token_type = "Bearer", expires_in = 3600 })
            : Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);

    /// <summary>An ID token as Google's metadata server gives it, without a signature.</summary>
    public static string ForMachine(string audience) =>
        $"{Encode("""{"alg":"none"}""")}.{Encode($$"""{"aud":"{{audience}}","exp":4102444800}""")}.";

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
