using System.Net.Http.Headers;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks headers that are passed on as they are.</summary>
public static class HeaderFields
{
    /// <summary>Finds a header that HTTP does not allow: its name is no token, or a value has control characters.</summary>
    /// <param name="headers">The headers.</param>
    /// <returns>The header's name; null when all are valid.</returns>
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
