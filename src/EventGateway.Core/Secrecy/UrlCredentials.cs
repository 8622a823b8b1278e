using System.Text.RegularExpressions;

namespace EventGateway.Core.Secrecy;

/// <summary>Hides the credentials in URLs that stand in messages: of exceptions, which name proxies and endpoints.</summary>
public static partial class UrlCredentials
{
    /// <summary>Puts the mask in place of user and password, and of parameters with the names of credentials.</summary>
    /// <param name="text">A message.</param>
    public static string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains("://", StringComparison.Ordinal))
        {
            return text;
        }

        return Parameter().Replace(
            User().Replace(text, CredentialNames.Mask),
            static match => CredentialNames.IsQuery(match.Groups["name"].ValueSpan) ? $"{match.Groups["name"].Value}={CredentialNames.Mask}" : match.Value);
    }

    [GeneratedRegex("""(?<=://)[^/\\\s"'<>?#]+(?=@)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex User();

    [GeneratedRegex("""(?<=[?&])(?<name>[^=&\s"'<>#]+)=[^&\s"'<>#]+""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
