using System.Text.Json;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The list of the cases that differ on purpose, <c>differences.json</c>.</summary>
internal static class KnownDifferences
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The entries.</summary>
    public static IReadOnlyList<KnownDifference> All { get; } = JsonSerializer.Deserialize<KnownDifference[]>(Corpus.Read("differences.json"), Web)!;

    /// <summary>Returns the entries that contain a case.</summary>
    public static IReadOnlyList<KnownDifference> Of(string name) => [.. All.Where(e => e.Cases.Contains(name))];
}

/// <summary>Cases that differ in the same way and for the same reason.</summary>
internal sealed record KnownDifference
{
    /// <summary>The reason for the difference.</summary>
    public required string Reason { get; init; }

    /// <summary>The beginning of the line of <c>docs/compatibility.md</c> that documents the difference.</summary>
    public required string Documented { get; init; }

    /// <summary>What differs (<see cref="Difference.Where"/>), with the value that this gateway has instead (<see cref="Difference.Masked"/>).</summary>
    public required IReadOnlyDictionary<string, string> Differs { get; init; }

    /// <summary>The names of the cases.</summary>
    public required IReadOnlyList<string> Cases { get; init; }
}
