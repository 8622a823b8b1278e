using System.Runtime.InteropServices;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// A text in all its readings. A position has its own character, and the characters that it spells when escapes are removed, layer by
/// layer. A position is read without regard to those before it, and each reading may be continued.
/// </summary>
internal sealed class SpelledText
{
    private const int MaxLayers = 5;
    private const int MaxReadings = 8;

    private readonly Symbol[] _plain;
    private readonly List<Symbol>?[] _others;
    private readonly (int Start, int End)[]? _origins;

    /// <summary>Reads a text.</summary>
    public SpelledText(ReadOnlySpan<byte> text)
        : this(Symbols(text), null, text.Length)
    {
    }

    /// <summary>Reads bytes that were decoded from another text.</summary>
    /// <param name="decoded">The bytes, and separators.</param>
    /// <param name="origins">The part of the outermost text that each of them comes from.</param>
    /// <param name="originLength">The length of the outermost text.</param>
    public SpelledText(Symbol[] decoded, (int Start, int End)[]? origins, int originLength)
    {
        (_plain, _others, _origins, OriginLength) = (decoded, new List<Symbol>?[decoded.Length], origins, originLength);
        for (var layer = 0; layer < MaxLayers && TakeOffEscapes(); layer++)
        {
            // Each turn removes one more layer.
        }
    }

    /// <summary>The number of positions.</summary>
    public int Length => _plain.Length;

    /// <summary>The length of the outermost text.</summary>
    public int OriginLength { get; }

    /// <summary>Whether the text was decoded from another one.</summary>
    public bool IsDecoded => _origins is not null;

    /// <summary>Returns the character at a position.</summary>
    public Symbol Plain(int at) => (uint)at < (uint)Length ? _plain[at] : new Symbol(Symbol.Separator, at);

    /// <summary>Returns the other characters that a position spells, each with fewer escapes.</summary>
    public ReadOnlySpan<Symbol> Others(int at) => (uint)at < (uint)Length ? CollectionsMarshal.AsSpan(_others[at]) : [];

    /// <summary>Returns the part of the outermost text that a range of positions comes from.</summary>
    public (int Start, int End) Origin(int from, int to) => _origins is null ? (from, to) : (_origins[from].Start, _origins[to - 1].End);

    /// <summary>Returns the position after a value, or -1 when the position does not spell it.</summary>
    public int Skip(int at, int value)
    {
        if (Plain(at).Value == value)
        {
            return _plain[at].Next;
        }

        foreach (var symbol in Others(at))
        {
            if (symbol.Value == value)
            {
                return symbol.Next;
            }
        }

        return -1;
    }

    private bool TakeOffEscapes()
    {
        var found = new List<Symbol>();
        var isNew = false;
        for (var at = 0; at < Length; at++)
        {
            found.Clear();
            if (Escapes.MayBeginWith(_plain[at].Value))
            {
                Escapes.Read(this, _plain[at], isPlain: true, found);
            }

            foreach (var symbol in Others(at))
            {
                if (Escapes.MayBeginWith(symbol.Value))
                {
                    Escapes.Read(this, symbol, isPlain: false, found);
                }
            }

            foreach (var symbol in found)
            {
                isNew |= Add(at, symbol);
            }
        }

        return isNew;
    }

    private bool Add(int at, Symbol symbol)
    {
        var others = _others[at] ??= [];
        if (others.Count == MaxReadings || others.Contains(symbol))
        {
            return false;
        }

        others.Add(symbol);
        return true;
    }

    private static Symbol[] Symbols(ReadOnlySpan<byte> text)
    {
        var symbols = new Symbol[text.Length];
        for (var at = 0; at < text.Length; at++)
        {
            symbols[at] = new Symbol(Symbol.OfByte(text[at]), at + 1);
        }

        return symbols;
    }
}
