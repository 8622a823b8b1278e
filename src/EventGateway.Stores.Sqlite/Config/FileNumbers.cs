using System.Globalization;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Numbers of files in one column, separated by commas.</summary>
internal static class FileNumbers
{
    /// <summary>Writes numbers.</summary>
    public static string Write(IEnumerable<long> numbers) => string.Join(',', numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<long> Read(string text) => [.. text.Split(',').Select(static number => long.Parse(number, CultureInfo.InvariantCulture))];
}
