using System.Globalization;
using System.Text;

namespace EventGateway.Observability;

/// <summary>Makes text safe for a log line: it cannot end the line, move the cursor or reorder characters.</summary>
internal static class LogText
{
    /// <summary>
    /// Escapes control characters, line and paragraph separators, format characters such as bidirectional controls, and lone
    /// surrogates.
    /// </summary>
    /// <returns>The escaped text, or the text itself when it needs no escape.</returns>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length;)
        {
            var isRune = Rune.TryGetRuneAt(text, i, out var rune);
            var length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && IsHarmless(rune))
            {
                escaped?.Append(text, i, length);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                AppendEscape(escaped, text.AsSpan(i, length));
            }

            i += length;
        }

        return escaped?.ToString() ?? text;
    }

    private static bool IsHarmless(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void AppendEscape(StringBuilder escaped, ReadOnlySpan<char> character)
    {
        switch (character)
        {
            case "\n":
                escaped.Append("\\n");
                break;
            case "\r":
                escaped.Append("\\r");
                break;
            case "\t":
                escaped.Append("\\t");
                break;
            default:
                foreach (var unit in character)
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                }

                break;
        }
    }
}
