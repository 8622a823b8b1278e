using System.Buffers;
using System.Text;

namespace EventGateway.CloudEvents;

/// <summary>Checks <c>tracestate</c> (Trace Context level 2, section 3.3). One that breaks a rule is dropped as a whole.</summary>
internal static class TraceState
{
    private const int MaxMembers = 32;
    private const int MaxPart = 256;
    private const int MaxTenant = 241;
    private const int MaxSystem = 14;
    // Far above the 512 characters that must be passed on (section 3.3.1.5), and what an attribute may have.
    private const int MaxLength = 4096;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-*/");

    /// <summary>Returns the members without the white space around them and without empty members.</summary>
    /// <param name="text">The header; several headers are joined with commas.</param>
    /// <returns>The list; null when it has no member or breaks a rule.</returns>
    public static string? Normalize(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        StringBuilder? changed = null;
        var kept = 0;
        Span<Range> members = stackalloc Range[MaxMembers];
        foreach (var range in text.AsSpan().Split(','))
        {
            var (start, length) = range.GetOffsetAndLength(text.Length);
            var member = text.AsSpan(start, length).Trim(" \t");
            if (changed is null && (member.IsEmpty || member.Length != length))
            {
                changed = new StringBuilder(text, 0, kept == 0 ? 0 : members[kept - 1].End.Value, text.Length);
            }

            if (member.IsEmpty)
            {
                continue;
            }

            if (kept == MaxMembers || !IsMember(member, out var key) || Contains(text, members[..kept], key))
            {
                return null;
            }

            var at = start + text.AsSpan(start, length).IndexOfAnyExcept(" \t");
            members[kept++] = at..(at + member.Length);
            changed?.Append(changed.Length == 0 ? "" : ",").Append(member);
        }

        var list = changed is null ? text : changed.ToString();
        return list.Length is 0 or > MaxLength ? null : list;
    }

    private static bool Contains(string text, ReadOnlySpan<Range> members, ReadOnlySpan<char> key)
    {
        foreach (var member in members)
        {
            var other = text.AsSpan(member);
            if (other.Length > key.Length && other[key.Length] == '=' && other.StartsWith(key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMember(ReadOnlySpan<char> member, out ReadOnlySpan<char> key)
    {
        var equals = member.IndexOf('=');
        key = equals < 0 ? default : member[..equals];
        return IsKey(key) && IsValue(member[(equals + 1)..]);
    }

    // Level 2 allows more @ than level 1, but its test suite does not. A key with one names a tenant and a system.
    private static bool IsKey(ReadOnlySpan<char> key)
    {
        var at = key.IndexOf('@');
        return at < 0
            ? key.Length is > 0 and <= MaxPart && char.IsAsciiLetterOrDigit(key[0]) && IsKeyText(key)
            : at is > 0 and <= MaxTenant && char.IsAsciiLetterOrDigit(key[0]) && IsKeyText(key[..at])
                && key[(at + 1)..] is { Length: > 0 and <= MaxSystem } system && char.IsAsciiLetter(system[0]) && IsKeyText(system);
    }

    private static bool IsKeyText(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(KeyCharacters);

    private static bool IsValue(ReadOnlySpan<char> value) =>
        value.Length is > 0 and <= MaxPart && !value.ContainsAnyExceptInRange(' ', '~') && !value.Contains('=');
}
