namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares header values by meaning.</summary>
internal static class HeaderComparer
{
    /// <summary>Returns whether two values are equivalent. Null is an absent header.</summary>
    public static bool SameValue(string name, string? recorded, string? actual) => name.ToLowerInvariant() switch
    {
        "content-type" => MediaType(recorded) == MediaType(actual),
        "vary" or "access-control-allow-methods" or "access-control-allow-headers" => Tokens(recorded).SetEquals(Tokens(actual)),
        _ => recorded == actual,
    };

    private static string? MediaType(string? value) => value?.Split(';')[0].Trim().ToLowerInvariant();

    private static HashSet<string> Tokens(string? value) =>
        new((value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
