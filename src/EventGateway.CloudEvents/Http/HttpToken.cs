using System.Buffers;

namespace EventGateway.CloudEvents.Http;

/// <summary>A token as HTTP has it (RFC 9110, section 5.6.2): the name of a header, a part of a media type.</summary>
public static class HttpToken
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether a text is a token.</summary>
    /// <param name="text">The text.</param>
    public static bool IsValid(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);

    /// <summary>The length of the token that a text starts with; 0 where there is none.</summary>
    /// <param name="text">The text.</param>
    public static int LengthAtStart(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(Characters) is var end and >= 0 ? end : text.Length;

    /// <summary>Writes the name of a header the usual way: a capital at the start and after each hyphen (<c>X-Api-Key</c>).</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="canonical">Takes the name; as long as it.</param>
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
