using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Functions;

/// <summary>Decides which headers a function can set, so that nothing breaks out of its response.</summary>
internal static class ResponseHeaderRules
{
    /// <summary>The header that names the type of the body.</summary>
    public const string ContentType = "content-type";

    // Not all white space of Unicode: a no-break space is part of the text.
    private static readonly char[] Blanks = [.. " \t\r\n\v\f"];

    /// <summary>Whether a header can have only one value: two would leave open which one counts.</summary>
    public static bool HasOneValue(string name) =>
        name.Equals(ContentType, StringComparison.OrdinalIgnoreCase) || name.Equals("location", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a function can set a header: it has a valid name, and none that frames the response or belongs to the connection.</summary>
    public static bool IsAllowed(string name) =>
        HttpToken.IsValid(name)
        && name.ToLowerInvariant() is not ("content-length" or "transfer-encoding" or "keep-alive" or "upgrade" or "te"
            or "trailer" or "trailers" or "proxy-connection" or "proxy-authenticate" or "proxy-authorization");

    /// <summary>Takes out what could end a header line.</summary>
    public static string Clean(string value)
    {
        value = value.Trim(Blanks);
        foreach (var character in value)
        {
            if (IsControl(character))
            {
                return string.Create(value.Length, value, static (span, value) =>
                {
                    for (var i = 0; i < span.Length; i++)
                    {
                        span[i] = IsControl(value[i]) ? ' ' : value[i];
                    }
                });
            }
        }

        return value;
    }

    private static bool IsControl(char character) => character is (< ' ' and not '\t') or '\x7f';
}
