using System.Net.Http.Headers;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks headers that are passed on unchanged.</summary>
public static class HeaderFields
{
    /// <summary>Finds a header that HTTP does not allow: its name is not a token, or a value has control characters.</summary>
    /// <returns>The name of the header; null when all headers are valid.</returns>
    public static string? FindInvalid(HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            if (!HttpToken.IsValid(name))
            {
                return name;
            }

            foreach (var value in values)
            {
                if (!FieldValue.IsValid(value))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
