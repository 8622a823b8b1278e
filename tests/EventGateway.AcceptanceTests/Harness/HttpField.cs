namespace EventGateway.AcceptanceTests.Harness;

/// <summary>One header line, spelled as on the wire.</summary>
internal readonly record struct HttpField(string Name, string Value);

/// <summary>Finds header lines by name. Ignores case.</summary>
internal static class HttpFields
{
    /// <summary>Returns the values of all lines with this name, joined by <c>, </c>. Returns null when there is no such line.</summary>
    public static string? Find(this IReadOnlyList<HttpField> fields, string name)
    {
        var values = fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value).ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }
}
