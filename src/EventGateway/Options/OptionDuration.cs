using System.Globalization;
using System.Xml;

namespace EventGateway.Options;

/// <summary>Reads durations: plain seconds (<c>30</c>), numbers with units (<c>500ms</c>, <c>1h30m</c>, <c>7d</c>), and ISO 8601 (<c>PT24H</c>).</summary>
internal static class OptionDuration
{
    /// <summary>The accepted forms, as errors and the help name them.</summary>
    public const string Accepted = "a number of seconds (30), a number with a unit (500ms, 30s, 15m, 24h, 7d) or ISO 8601 (PT24H)";

    // The longest comes first, so that "ms" is not read as "m".
    private static readonly (string Name, TimeSpan Value)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads a duration.</summary>
    /// <returns>Whether the text is a duration. None is negative.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        try
        {
            if (TryParseNumber(text, out var seconds))
            {
                duration = TimeSpan.FromSeconds(seconds);
                return true;
            }

            return text.StartsWith('P') ? TryParseIso(text, out duration) : TryParseUnits(text, out duration);
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>Writes a duration as a number with the largest unit that needs no fraction.</summary>
    public static string Format(TimeSpan duration)
    {
        var unit = Array.FindLast(Units, unit => duration >= unit.Value && duration.Ticks % unit.Value.Ticks == 0);
        return unit.Name is null ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / unit.Value.Ticks}{unit.Name}");
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryParseIso(string text, out TimeSpan duration)
    {
        duration = default;
        try
        {
            duration = char.IsWhiteSpace(text[^1]) ? throw new FormatException() : XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool TryParseUnits(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        do
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !TryParseNumber(text[..digits], out var number))
            {
                return false;
            }

            text = text[digits..];
            var length = text.IndexOfAnyInRange('0', '9') is >= 0 and var next ? next : text.Length;
            var index = -1;
            for (var i = 0; i < Units.Length; i++)
            {
                index = text[..length].SequenceEqual(Units[i].Name) ? i : index;
            }

            if (index < 0)
            {
                return false;
            }

            duration += TimeSpan.FromTicks(checked(Units[index].Value.Ticks * number));
            text = text[length..];
        }
        while (text.Length > 0);

        return true;
    }
}
