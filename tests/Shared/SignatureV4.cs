using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EventGateway.TestSupport;

/// <summary>Checks AWS signatures (Signature Version 4) by computing them again. It uses no code of the SDK.</summary>
internal static class SignatureV4
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Checks a request as an AWS service other than S3 does.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query, as sent.</param>
    /// <param name="header">Finds a header's value by its lowercase name. Returns null when the request has no such header.</param>
    /// <param name="body">The body.</param>
    /// <param name="secretOf">Finds the secret of an access key's id. Returns null when there is no such key.</param>
    /// <returns>The error code of AWS, or null when the signature is valid.</returns>
    public static string? Check(string method, string target, Func<string, string?> header, ReadOnlySpan<byte> body, Func<string, string?> secretOf)
    {
        if (header("authorization") is not { } authorization || !authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return "MissingAuthenticationTokenException";
        }

        var fields = authorization[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2)).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        var scope = fields["Credential"].Split('/');
        if (secretOf(scope[0]) is not { } secret)
        {
            return "UnrecognizedClientException";
        }

        var signedHeaders = fields["SignedHeaders"];
        if (!signedHeaders.Split(';').Contains("host", StringComparer.Ordinal))
        {
            return "InvalidSignatureException";
        }

        var bodyHash = Convert.ToHexStringLower(SHA256.HashData(body));
        if ((header("x-amz-content-sha256") ?? bodyHash) != bodyHash)
        {
            return "InvalidSignatureException";
        }

        var canonical = string.Join('\n',
            method,
            CanonicalPath(target),
            CanonicalQuery(target),
            string.Concat(signedHeaders.Split(';').Select(name => $"{name}:{CanonicalValue(header(name) ?? string.Empty)}\n")),
            signedHeaders,
            bodyHash);
        return Compute(canonical, header("x-amz-date")!, scope[1..], secret) == fields["Signature"] ? null : "InvalidSignatureException";
    }

    private static string Compute(string canonical, string date, string[] scope, string secret)
    {
        var toSign = string.Join('\n', Algorithm, date, string.Join('/', scope), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope)
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    // Services other than S3 encode the already encoded path again.
    private static string CanonicalPath(string target) =>
        string.Join('/', target.Split('?')[0].Split('/').Select(Encode));

    private static string CanonicalQuery(string target)
    {
        var query = target.Split('?', 2) is [_, var text] ? text : string.Empty;
        return string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .Select(pair => $"{Encode(Uri.UnescapeDataString(pair[0]))}={Encode(pair.Length == 2 ? Uri.UnescapeDataString(pair[1]) : string.Empty)}")
            .Order(StringComparer.Ordinal));
    }

    private static string CanonicalValue(string value) =>
        string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return encoded.ToString();
    }
}
