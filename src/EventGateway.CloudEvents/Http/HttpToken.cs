using System.Buffers;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks tokens (RFC 9110, section 5.6.2), such as the name of a header or a part of a media type.</summary>
public static class HttpToken
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Returns whether a text is a token.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);

    /// <summary>Returns the length of the token at the start of a text, or 0 when there is none.</summary>
    public static int LengthAtStart(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Characters) is var end and >= 0 ? end : text.Length;

    /// <summary>Writes the name of a header with a capital at the start and after each hyphen (<c>X-Api-Key</c>).</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="canonical">Takes the name. It has the same length.</param>
    public static void Canonicalize(ReadOnlySpan<char> name, Span<char> canonical)
    {
        var upper = true;
        for (var i = 0; i < name.Length; i++)
        {
            canonical[i] = upper ? char.ToUpperInvariant(name[i]) : char.ToLowerInvariant(name[i]);
            upper = name[i] == '-';
        }
    }
}
