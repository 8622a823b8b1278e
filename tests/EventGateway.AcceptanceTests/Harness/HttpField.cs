namespace EventGateway.AcceptanceTests.Harness;

/// <summary>One header line, in the spelling of the wire.</summary>
internal readonly record struct HttpField(string Name, string Value);

/// <summary>Looks up header lines by name, whatever the case.</summary>
internal static class HttpFields
{
    /// <summary>The values of every line with this name, joined by <c>, </c>; null without one.</summary>
    public static string? Find(this IReadOnlyList<HttpField> fields, string name)
    {
        var values = fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value).ToArray();
        return values.Length == 0 ? null : string.Join(", ", values);
    }
}
