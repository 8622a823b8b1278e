namespace EventGateway.Benchmarks.Report;

/// <summary>Combines the values of several rounds.</summary>
internal static class Statistics
{
    /// <summary>Returns the middle value. For an even number of values it returns the mean of the middle two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
