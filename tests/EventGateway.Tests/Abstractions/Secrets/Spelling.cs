using System.Globalization;
using System.Text;
using CsCheck;

namespace EventGateway.Tests.Abstractions.Secrets;

/// <summary>A part of a text that spells a secret.</summary>
/// <param name="Before">What stands before it.</param>
/// <param name="Secret">What spells the secret.</param>
/// <param name="After">What stands behind it.</param>
/// <param name="Ends">Where in <paramref name="Secret"/> each character of the secret has been spelled.</param>
internal sealed record Spelling(string Before, string Secret, string After, int[] Ends)
{
    private static readonly Dictionary<char, string> Entities = new()
    {
        ['+'] = "&plus;",
        ['/'] = "&sol;",
        ['='] = "&equals;",
        ['&'] = "&amp;",
        ['<'] = "&lt;",
        ['"'] = "&quot;",
        ['\''] = "&apos;",
        ['%'] = "&percnt;",
    };

    private static readonly string[] Pieces =
        ["", "{\"a\":\"Bearer ", "\"}", "/path/", "?x=", "&y=", "%", "\\", "\\u00", "%2", "100%", "&", "&#", "=", "==", "C:\\", " token=", "x", "ab", "é"];

    /// <summary>Texts as functions write them, without any secret.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(
        Gen.String[Gen.Char[" \n{}[]:,;.<>()!?#*|~^@"], 0, 12],
        Gen.Int[0, Pieces.Length - 1].Select(at => Pieces[at]),
        Gen.String[Gen.Char["abcdefghij KLMNOP0123456789+/=-_"], 0, 30]);

    /// <summary>Spells a secret in one way after another.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="most">How many ways at most.</param>
    public static Gen<Spelling> Of(string secret, int most) =>
        Gen.Select(Text, Text, Gen.Select(Encoder, Text, Text).Array[0, most], (before, after, encoders) => encoders.Aggregate(
            new Spelling(before, secret, after, [.. Enumerable.Range(1, secret.Length)]),
            (spelled, encoder) => encoder.Item1(spelled) is var next
                ? next with { Before = encoder.Item2 + next.Before, After = next.After + encoder.Item3 }
                : next));

    private static Gen<Func<Spelling, Spelling>> Encoder { get; } = Gen.Select(Gen.Int[0, 6], Gen.Int).Select((kind, seed) => kind switch
    {
        0 => Each(seed, Json),
        1 => Each(seed, Percent),
        2 => Each(seed, Html),
        3 => InBytes(bytes => Convert.ToBase64String(bytes), 3, 4),
        4 => InBytes(bytes => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('='), 3, 4),
        5 => InBytes(Convert.ToHexStringLower, 1, 2),
        _ => (Func<Spelling, Spelling>)(spelled => spelled with { Secret = spelled.Secret }),
    });

    // What an encoder must escape it escapes everywhere, and some of the rest of the secret.
    private static Func<Spelling, Spelling> Each(int seed, Func<Random, char, bool, string> escape) => spelled =>
    {
        var random = new Random(seed);
        string[] pieces = [.. spelled.Secret.Select(character => escape(random, character, random.Next(3) == 0))];
        var lengths = pieces.Aggregate(new List<int> { 0 }, (sums, piece) => [.. sums, sums[^1] + piece.Length]);
        return new Spelling(Escape(spelled.Before), string.Concat(pieces), Escape(spelled.After), [.. spelled.Ends.Select(end => lengths[end])]);

        string Escape(string text) => string.Concat(text.Select(character => escape(random, character, false)));
    };

    private static string Json(Random random, char character, bool may) => character switch
    {
        '"' or '\\' => $"\\{character}",
        '\n' => "\\n",
        '/' when may => "\\/",
        _ when may || (int)character >= 0x80 => $"\\u{Hex(random, character, 4)}",
        _ => $"{character}",
    };

    private static string Percent(Random random, char character, bool may) => character switch
    {
        ' ' when random.Next(2) == 0 => "+",
        '%' or '&' or '=' or '+' or ' ' or '?' or '#' or '"' or '<' or '>' => $"%{Hex(random, character, 2)}",
        _ when may || (int)character >= 0x80 => string.Concat(Encoding.UTF8.GetBytes($"{character}").Select(octet => $"%{Hex(random, octet, 2)}")),
        _ => $"{character}",
    };

    private static string Html(Random random, char character, bool may) => character switch
    {
        '&' or '<' or '"' or '\'' => Entities[character],
        _ when may && Entities.TryGetValue(character, out var entity) && random.Next(2) == 0 => entity,
        _ when may => random.Next(2) == 0 ? $"&#{(int)character};" : $"&#x{Hex(random, character, 1)};",
        _ => $"{character}",
    };

    private static string Hex(Random random, int value, int digits) =>
        value.ToString((random.Next(2) == 0 ? "x" : "X") + digits, CultureInfo.InvariantCulture);

    // The whole text, or the secret alone where nothing else is there, encoded; the secret's are the groups that hold its bytes.
    private static Func<Spelling, Spelling> InBytes(Func<byte[], string> encode, int bytes, int characters) => spelled =>
    {
        var encoded = encode(Encoding.UTF8.GetBytes(spelled.Before + spelled.Secret + spelled.After));
        var start = Encoding.UTF8.GetByteCount(spelled.Before);
        // Characters whose bits are all of the secret.
        var from = ((start * characters) + bytes - 1) / bytes;
        var to = EndOf(spelled.Secret.Length) * characters / bytes;
        int[] ends = [.. spelled.Ends.Select(end => Math.Min(to, ((EndOf(end) * characters) + bytes - 1) / bytes) - from)];
        return new Spelling(encoded[..from], encoded[from..to], encoded[to..], ends);

        int EndOf(int end) => start + Encoding.UTF8.GetByteCount(spelled.Secret[..end]);
    };
}
