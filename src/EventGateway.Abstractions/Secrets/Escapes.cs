using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace EventGateway.Abstractions.Secrets;

/// <summary>Reads escapes: of JSON and of programming languages, percent-encoding, HTML entities and quoted-printable; and UTF-8.</summary>
internal static class Escapes
{
    /// <summary>The longest escape that is expected, in symbols.</summary>
    public const int MaxSymbols = 24;

    // HTML 5 has names for punctuation that the framework does not know.
    private static readonly FrozenDictionary<string, char> Names = new Dictionary<string, char>(StringComparer.Ordinal)
    {
        ["Tab"] = '\t',
        ["NewLine"] = '\n',
        ["excl"] = '!',
        ["num"] = '#',
        ["dollar"] = '$',
        ["percnt"] = '%',
        ["lpar"] = '(',
        ["rpar"] = ')',
        ["ast"] = '*',
        ["midast"] = '*',
        ["plus"] = '+',
        ["comma"] = ',',
        ["hyphen"] = '-',
        ["dash"] = '-',
        ["period"] = '.',
        ["sol"] = '/',
        ["colon"] = ':',
        ["semi"] = ';',
        ["equals"] = '=',
        ["quest"] = '?',
        ["commat"] = '@',
        ["lsqb"] = '[',
        ["lbrack"] = '[',
        ["bsol"] = '\\',
        ["rsqb"] = ']',
        ["rbrack"] = ']',
        ["Hat"] = '^',
        ["lowbar"] = '_',
        ["UnderBar"] = '_',
        ["grave"] = '`',
        ["DiacriticalGrave"] = '`',
        ["lcub"] = '{',
        ["lbrace"] = '{',
        ["verbar"] = '|',
        ["vert"] = '|',
        ["VerticalLine"] = '|',
        ["rcub"] = '}',
        ["rbrace"] = '}',
        ["tilde"] = '~',
        ["AMP"] = '&',
        ["LT"] = '<',
        ["GT"] = '>',
        ["QUOT"] = '"',
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns whether an escape may begin with a value.</summary>
    public static bool MayBeginWith(int value) => value is '\\' or '%' or '&' or '=' || Symbol.ToByte(value) >= 0xC2;

    /// <summary>Reads the escapes that begin with a symbol.</summary>
    /// <param name="first">The symbol.</param>
    /// <param name="isPlain">Whether the symbol is part of the text itself.</param>
    /// <param name="found">Receives the characters that they spell.</param>
    public static void Read(SpelledText text, Symbol first, bool isPlain, List<Symbol> found)
    {
        if (first.Value is '\\')
        {
            var second = text.Plain(first.Next);
            ReadPunctuation(second, found);
            if (isPlain && second.Value is '\\')
            {
                // Of three backslashes in a row the first two belong together.
                return;
            }

            foreach (var symbol in text.Others(first.Next))
            {
                ReadPunctuation(symbol, found);
            }
        }

        var escape = first.Value switch
        {
            '\\' => ReadBackslash(text, first.Next),
            '%' => ReadUnit(text, text.Skip(first.Next, 'u')) ?? ReadOctet(text, first.Next),
            '&' => ReadEntity(text, first.Next),
            '=' => ReadLineBreak(text, first.Next) ?? ReadOctet(text, first.Next),
            _ => ReadUtf8(text, first),
        };
        if (escape is { } spelled)
        {
            found.Add(spelled);
        }
    }

    private static void ReadPunctuation(Symbol symbol, List<Symbol> found)
    {
        // A symbol that may begin another escape is read as one: percent-encoding leaves backslashes, not the other way around.
        if (symbol.Value is '\\' or (>= ' ' and < 0x7F and not ('%' or '&' or '=')) && !char.IsAsciiLetterOrDigit((char)symbol.Value))
        {
            found.Add(symbol);
        }
    }

    private static Symbol? ReadBackslash(SpelledText text, int at) =>
        ReadUnit(text, text.Skip(at, 'u'))
        ?? ReadOctet(text, text.Skip(at, 'x'))
        ?? ReadBraces(text, text.Skip(at, 'u'))
        ?? ReadBraces(text, text.Skip(at, 'x'))
        ?? ReadNumber(text, text.Skip(at, 'U'), 16, 8, 8)
        ?? ReadNumber(text, at, 8, 3, 3)
        ?? ReadControl(text, at, 'n', '\n')
        ?? ReadControl(text, at, 'r', '\r')
        ?? ReadControl(text, at, 't', '\t');

    private static Symbol? ReadControl(SpelledText text, int at, char name, char value) =>
        text.Skip(at, name) is >= 0 and var next ? new Symbol(value, next) : null;

    private static Symbol? ReadLineBreak(SpelledText text, int at)
    {
        var next = text.Skip(at, '\r') is >= 0 and var behind ? text.Skip(behind, '\n') : text.Skip(at, '\n');
        return next < 0 ? null : new Symbol(Symbol.Nothing, next);
    }

    private static Symbol? ReadEntity(SpelledText text, int at)
    {
        if (text.Skip(at, '#') is >= 0 and var number)
        {
            var read = ReadNumber(text, text.Skip(number, 'x'), 16, 1, 8) ?? ReadNumber(text, text.Skip(number, 'X'), 16, 1, 8) ?? ReadNumber(text, number, 10, 1, 8);
            if (read is not { } found)
            {
                return null;
            }

            // Browsers accept an entity without its semicolon, but the next symbol may be an escape that is not read yet.
            var behind = text.Skip(found.Next, ';');
            return behind >= 0 ? found with { Next = behind } : MayBeginWith(text.Plain(found.Next).Value) ? null : found;
        }

        Span<char> name = stackalloc char[MaxSymbols];
        for (var length = 0; length < name.Length; length++)
        {
            if (length > 0 && text.Skip(at, ';') is >= 0 and var end)
            {
                return Find(name[..length]) is { } value ? new Symbol(value, end) : null;
            }

            if (FindDigit(text, at, 36) is not { } letter)
            {
                return null;
            }

            name[length] = (char)letter.Value;
            at = letter.Next;
        }

        return null;
    }

    // A digit of a number, or a letter of a name with a radix of 36.
    private static Symbol? FindDigit(SpelledText text, int at, int radix)
    {
        if (DigitOf(text.Plain(at).Value) < radix)
        {
            return text.Plain(at);
        }

        foreach (var symbol in text.Others(at))
        {
            if (DigitOf(symbol.Value) < radix)
            {
                return symbol;
            }
        }

        return null;
    }

    private static char? Find(ReadOnlySpan<char> name)
    {
        if (Names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var value))
        {
            return value;
        }

        var decoded = WebUtility.HtmlDecode($"&{name};");
        return decoded.Length == 1 ? decoded[0] : null;
    }

    // A unit of UTF-16; two where the first is half of a pair.
    private static Symbol? ReadUnit(SpelledText text, int at)
    {
        if (ReadNumber(text, at, 16, 4, 4) is not { } first || !char.IsHighSurrogate((char)first.Value))
        {
            return ReadNumber(text, at, 16, 4, 4);
        }

        var escape = text.Skip(first.Next, '\\') is >= 0 and var behind ? behind : text.Skip(first.Next, '%');
        return ReadNumber(text, text.Skip(escape, 'u'), 16, 4, 4) is { } low && char.IsLowSurrogate((char)low.Value)
            ? new Symbol(char.ConvertToUtf32((char)first.Value, (char)low.Value), low.Next)
            : first;
    }

    private static Symbol? ReadOctet(SpelledText text, int at) =>
        ReadNumber(text, at, 16, 2, 2) is { } octet ? octet with { Value = Symbol.OfByte(octet.Value) } : null;

    private static Symbol? ReadBraces(SpelledText text, int at) =>
        ReadNumber(text, text.Skip(at, '{'), 16, 1, 6) is { } number && text.Skip(number.Next, '}') is >= 0 and var end ? number with { Next = end } : null;

    private static Symbol? ReadUtf8(SpelledText text, Symbol first)
    {
        Span<byte> utf8 = stackalloc byte[4];
        utf8[0] = (byte)Symbol.ToByte(first.Value);
        var at = first.Next;
        for (var length = 1; length < utf8.Length; length++)
        {
            var octet = 0x80;
            var next = -1;
            for (; octet < 0xC0 && next < 0; octet++)
            {
                next = text.Skip(at, Symbol.OfByte(octet));
            }

            if (next < 0)
            {
                return null;
            }

            (utf8[length], at) = ((byte)(octet - 1), next);
            if (Rune.DecodeFromUtf8(utf8[..(length + 1)], out var rune, out _) is OperationStatus.Done)
            {
                return new Symbol(rune.Value, at);
            }
        }

        return null;
    }

    private static Symbol? ReadNumber(SpelledText text, int at, int radix, int fewest, int most)
    {
        var (number, digits) = (0L, 0);
        for (; at >= 0 && digits < most && FindDigit(text, at, radix) is { } digit; at = digit.Next, digits++)
        {
            number = (number * radix) + DigitOf(digit.Value);
        }

        return digits >= fewest && number < 0x110000 ? new Symbol((int)number, at) : null;
    }

    private static int DigitOf(int value) => value switch
    {
        >= '0' and <= '9' => value - '0',
        >= 'a' and <= 'z' => value - 'a' + 10,
        >= 'A' and <= 'Z' => value - 'A' + 10,
        _ => int.MaxValue,
    };
}
