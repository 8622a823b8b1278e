namespace EventGateway.Abstractions.Secrets;

/// <summary>Finds secrets in a text, in any of its readings.</summary>
/// <param name="hidden">Receives the parts of the outermost text to mask.</param>
internal readonly ref struct SecretSearch(SpelledText text, Span<bool> hidden)
{
    private const int MaxPlaces = 16;
    private const int MaxSkipped = 3;

    // At the end of a text that is cut off, a few characters of base64 or hex, perhaps escaped, do not complete a byte.
    private const int MaxUndecoded = 128;

    private readonly Span<bool> _hidden = hidden;

    /// <summary>Masks each occurrence of a secret.</summary>
    /// <param name="secret">The secret, folded.</param>
    /// <param name="fewest">The shortest beginning of a secret that is masked at the end of the text, where the text is cut off.</param>
    public void Hide(ReadOnlySpan<int> secret, int fewest)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (MayBegin(at, secret[0]) && FindEnd(at, secret, fewest) is > 0 and var end)
            {
                _hidden[text.Origin(at, at + 1).Start..end].Fill(true);
            }
        }
    }

    private bool MayBegin(int at, int value)
    {
        if (Symbol.Fold(text.Plain(at).Value) == value)
        {
            return true;
        }

        foreach (var symbol in text.Others(at))
        {
            if (Symbol.Fold(symbol.Value) == value)
            {
                return true;
            }
        }

        return false;
    }

    // Follows all readings at once. Returns the end in the outermost text, or 0.
    private int FindEnd(int at, ReadOnlySpan<int> secret, int fewest)
    {
        Span<int> places = stackalloc int[MaxPlaces];
        Span<int> next = stackalloc int[MaxPlaces];
        places[0] = at;
        var count = 1;
        var cutOff = 0;
        for (var i = 0; i < secret.Length; i++)
        {
            // A character that looks like the secret's next one may be an escape that is cut off.
            cutOff = cutOff == 0 && i >= fewest && IsCutOff(places[..count]) ? text.OriginLength : cutOff;
            var found = 0;
            foreach (var place in places[..count])
            {
                Follow(place, secret[i], next, ref found, skipped: 0);
            }

            if (found == 0)
            {
                return cutOff;
            }

            next[..found].CopyTo(places);
            count = found;
        }

        var end = 0;
        foreach (var place in places[..count])
        {
            end = Math.Max(end, text.Origin(at, place).End);
        }

        return end;
    }

    private void Follow(int place, int value, Span<int> next, ref int found, int skipped)
    {
        if (skipped > MaxSkipped)
        {
            return;
        }

        Follow(text.Plain(place), value, next, ref found, skipped);
        foreach (var symbol in text.Others(place))
        {
            Follow(symbol, value, next, ref found, skipped);
        }
    }

    private void Follow(Symbol symbol, int value, Span<int> next, ref int found, int skipped)
    {
        if (symbol.Value is Symbol.Nothing)
        {
            Follow(symbol.Next, value, next, ref found, skipped + 1);
        }
        else if (Symbol.Fold(symbol.Value) == value && found < next.Length && !next[..found].Contains(symbol.Next))
        {
            next[found++] = symbol.Next;
        }
    }

    // At the end, or at an escape that is cut off within.
    private bool IsCutOff(ReadOnlySpan<int> places)
    {
        foreach (var place in places)
        {
            if (text.OriginLength - text.Origin(place - 1, place).End > MaxUndecoded * 2)
            {
                continue;
            }

            if (IsCutOff(place, text.Plain(place)))
            {
                return true;
            }

            foreach (var symbol in text.Others(place))
            {
                if (IsCutOff(place, symbol))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool IsCutOff(int place, Symbol first)
    {
        if (first.Value is not (Symbol.Separator or Symbol.Nothing) && !Escapes.MayBeginWith(first.Value))
        {
            return false;
        }

        var (symbol, end) = (first, place);
        for (var left = Escapes.MaxSymbols; symbol.Value is not Symbol.Separator; left--)
        {
            if (left == 0)
            {
                return false;
            }

            end = symbol.Next;
            symbol = text.Others(end) is { IsEmpty: false } others ? others[^1] : text.Plain(end);
        }

        return text.OriginLength - text.Origin(place - 1, end).End <= (text.IsDecoded ? MaxUndecoded : 0);
    }
}
