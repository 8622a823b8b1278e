namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// Decodes the parts of a text that may be base64 (both alphabets) or hex. A part may begin in the middle of such an encoding, so
/// each is decoded from every position of a group.
/// </summary>
internal sealed class EncodedRuns
{
    // Parts that decode to less than the shortest masked secret are skipped.
    private const int FewestBytes = 4;

    private readonly SpelledText _text;
    private readonly int _longest;
    private readonly bool _isHex;
    private readonly int _perGroup;
    private readonly List<(int At, Symbol Symbol)> _run = [];
    private readonly List<Symbol>[] _decoded;
    private readonly List<(int Start, int End)>[] _origins;

    private EncodedRuns(SpelledText text, int longest, bool isHex)
    {
        (_text, _longest, _isHex, _perGroup) = (text, longest, isHex, isHex ? 2 : 4);
        _decoded = [.. Enumerable.Range(0, _perGroup).Select(_ => new List<Symbol>())];
        _origins = [.. Enumerable.Range(0, _perGroup).Select(_ => new List<(int, int)>())];
    }

    /// <summary>Decodes the parts of a text.</summary>
    /// <param name="longest">The length of the longest secret, in bytes.</param>
    /// <returns>One text for each way to decode that has a result.</returns>
    public static IEnumerable<SpelledText> Decode(SpelledText text, int longest) =>
        new EncodedRuns(text, longest, isHex: false).Decode().Concat(new EncodedRuns(text, longest, isHex: true).Decode());

    private IEnumerable<SpelledText> Decode()
    {
        var visited = new bool[_text.Length];
        for (var at = 0; at < _text.Length; at++)
        {
            // The rest of this part was decoded already.
            if (!visited[at] && FindDigit(at) is not null)
            {
                ReadRun(at, visited);
                for (var phase = 0; phase < _perGroup; phase++)
                {
                    DecodeRun(phase);
                }
            }
        }

        for (var phase = 0; phase < _perGroup; phase++)
        {
            if (_decoded[phase].Count > 0)
            {
                yield return new SpelledText([.. _decoded[phase]], [.. _origins[phase]], _text.OriginLength);
            }
        }
    }

    private void ReadRun(int at, bool[] visited)
    {
        _run.Clear();
        // When escapes lead two ways to one position, both continue from there for the length of the longest secret.
        for (var left = (_longest * 2) + _perGroup; left > 0;)
        {
            if (FindDigit(at) is { } digit)
            {
                _run.Add((at, digit));
                left -= visited[at] ? 1 : 0;
                visited[at] = true;
                at = digit.Next;
            }
            else if (FindSkipped(at) is { } skipped)
            {
                at = skipped.Next;
            }
            else
            {
                return;
            }
        }
    }

    private void DecodeRun(int phase)
    {
        var (decoded, origins) = (_decoded[phase], _origins[phase]);
        var before = decoded.Count;
        var bits = _isHex ? 4 : 6;
        var (buffer, held, readable, most) = (0, 0, 0, 0);
        for (var i = phase; i < _run.Count; i++)
        {
            buffer = ((buffer << bits) | DigitOf(_run[i].Symbol.Value)) & 0xFFFF;
            held += bits;
            if (held < 8)
            {
                continue;
            }

            held -= 8;
            var octet = (buffer >> held) & 0xFF;
            decoded.Add(new Symbol(Symbol.OfByte(octet), decoded.Count + 1));
            origins.Add((_text.Origin(_run[i - 1].At, _run[i - 1].At + 1).Start, _text.Origin(_run[i].At, _run[i].Symbol.Next).End));
            readable = octet is 0 or >= 0x80 or (>= 0x20 and < 0x7F) ? readable + 1 : 0;
            most = Math.Max(most, readable);
        }

        if (most < FewestBytes)
        {
            decoded.RemoveRange(before, decoded.Count - before);
            origins.RemoveRange(before, origins.Count - before);
            return;
        }

        var last = origins[^1].End;
        decoded.Add(new Symbol(Symbol.Separator, decoded.Count + 1));
        origins.Add((last, last));
    }

    private Symbol? FindDigit(int at)
    {
        if (DigitOf(_text.Plain(at).Value) >= 0)
        {
            return _text.Plain(at);
        }

        foreach (var symbol in _text.Others(at))
        {
            if (DigitOf(symbol.Value) >= 0)
            {
                return symbol;
            }
        }

        return null;
    }

    private Symbol? FindSkipped(int at)
    {
        if (IsSkipped(_text.Plain(at).Value))
        {
            return _text.Plain(at);
        }

        foreach (var symbol in _text.Others(at))
        {
            if (IsSkipped(symbol.Value))
            {
                return symbol;
            }
        }

        return null;
    }

    // Base64 has line breaks. The bytes of hex have several separators.
    private bool IsSkipped(int value) => value is '\r' or '\n' or Symbol.Nothing || (_isHex && value is ' ' or ':' or '-');

    private int DigitOf(int value) => value switch
    {
        >= '0' and <= '9' when _isHex => value - '0',
        >= 'a' and <= 'f' when _isHex => value - 'a' + 10,
        >= 'A' and <= 'F' when _isHex => value - 'A' + 10,
        _ when _isHex => -1,
        >= 'A' and <= 'Z' => value - 'A',
        >= 'a' and <= 'z' => value - 'a' + 26,
        >= '0' and <= '9' => value - '0' + 52,
        '+' or '-' => 62,
        '/' or '_' => 63,
        _ => -1,
    };
}
