using System.Buffers;

namespace EventGateway.Abstractions.Resources;

/// <summary>The form of names that clients choose: ids of functions, and names of secrets.</summary>
public static class ResourceName
{
    /// <summary>The characters, for errors.</summary>
    public const string Accepted = "letters, digits, '.', '-' and '_'";

    /// <summary>The maximum number of characters. A URL with an id must fit in a request line of 8 KiB.</summary>
    public const int MaxLength = 4096;

    /// <summary>The characters.</summary>
    public static SearchValues<char> Characters { get; } =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>Returns whether a text is a name.</summary>
    public static bool IsValid(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);
}
