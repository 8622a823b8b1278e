using System.Text;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Abstractions.Secrets;

/// <summary>Masks the credentials in a query: the values of parameters with names that <see cref="CredentialNames"/> recognizes.</summary>
/// <remarks>A semicolon separates no parameters, but some senders use it so. What follows one may have the name of a credential too.</remarks>
public static class QueryCredentials
{
    /// <summary>Masks the credentials in a query as it was sent.</summary>
    /// <param name="query">The query, without the question mark.</param>
    /// <returns>The query. Everything but the masked values stays as it was sent.</returns>
    public static string Mask(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (!query.Contains('=', StringComparison.Ordinal))
        {
            return query;
        }

        var masked = new StringBuilder(query.Length);
        foreach (var range in query.AsSpan().Split('&'))
        {
            var pair = query.AsSpan()[range];
            masked.Append(range.Start.Value == 0 ? "" : "&");
            _ = IsCredential(pair) ? masked.Append(pair[..(pair.IndexOf('=') + 1)]).Append(CredentialNames.Mask) : masked.Append(pair);
        }

        return masked.ToString();
    }

    /// <summary>Returns whether a parameter holds a credential.</summary>
    /// <param name="pair">The name, an equals sign and the value, as they were sent. A name alone holds nothing.</param>
    public static bool IsCredential(ReadOnlySpan<char> pair) =>
        pair.IndexOf('=') is >= 0 and var equals
        && IsCredential(TargetText.Decode(pair[..equals], plusIsSpace: true), TargetText.Decode(pair[(equals + 1)..], plusIsSpace: true));

    /// <summary>Returns whether a parameter holds a credential.</summary>
    /// <param name="name">The name, decoded.</param>
    /// <param name="value">The value, decoded.</param>
    public static bool IsCredential(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => HasName(name) || HoldsCredential(value);

    /// <summary>Returns whether the value of a parameter holds a credential after a semicolon.</summary>
    /// <param name="value">The value, decoded.</param>
    public static bool HoldsCredential(ReadOnlySpan<char> value)
    {
        for (var at = value.IndexOf(';'); at >= 0; at = value.IndexOf(';'))
        {
            value = value[(at + 1)..];
            var part = value.IndexOf(';') is >= 0 and var length ? value[..length] : value;
            if (part.IndexOf('=') is > 0 and var equals && HasName(part[..equals]))
            {
                return true;
            }
        }

        return false;
    }

    // A name with a semicolon (a;token=1) ends with the name of the last parameter.
    private static bool HasName(ReadOnlySpan<char> name) => CredentialNames.IsQuery(name[(name.LastIndexOf(';') + 1)..]);
}
