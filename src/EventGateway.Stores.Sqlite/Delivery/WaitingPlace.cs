using System.Globalization;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The place of a delivery in the list of all that wait: by file, then by the number of the subscription in it, then by due time.</summary>
internal readonly record struct WaitingPlace(long Segment, long Number, QueuePosition Position)
{
    /// <summary>The start of the list.</summary>
    public static WaitingPlace First => default;

    /// <summary>A place after all deliveries.</summary>
    public static WaitingPlace End { get; } = new(long.MaxValue, 0, default);

    /// <summary>Reads a cursor.</summary>
    /// <returns>The start without a cursor, the end for an invalid one.</returns>
    public static WaitingPlace Parse(string? cursor) => cursor is null
        ? First
        : ReadNumbers(cursor) is [var segment, var number, var due, var n] ? new WaitingPlace(segment, number, new QueuePosition(due, n)) : End;

    /// <summary>The cursor.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment}-{Number}-{Position.Due}-{Position.N}");

    /// <summary>Reads numbers that are separated by hyphens. Returns nothing when the text has anything else.</summary>
    internal static long[] ReadNumbers(string text)
    {
        var parts = text.Split('-');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return [];
            }
        }

        return numbers;
    }
}
