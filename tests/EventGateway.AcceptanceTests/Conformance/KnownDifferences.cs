using System.IO.Enumeration;
using System.Text.Json;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The lists of cases that differ on purpose (<c>differences.json</c>) and temporarily (<c>not-yet.json</c>).</summary>
internal static class KnownDifferences
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The entries of both lists.</summary>
    public static IReadOnlyList<KnownDifference> All { get; } = [.. Load("differences.json"), .. Load("not-yet.json")];

    /// <summary>Returns the entries that contain a case.</summary>
    public static IReadOnlyList<KnownDifference> Of(string name) => [.. All.Where(e => e.Lists(name))];

    private static KnownDifference[] Load(string file) => JsonSerializer.Deserialize<KnownDifference[]>(Corpus.Read(file), Web)!;
}

/// <summary>Cases that differ in the same way and for the same reason.</summary>
internal sealed record KnownDifference
{
    /// <summary>The reason for the difference.</summary>
    public required string Reason { get; init; }

    /// <summary>What differs: <c>status</c>, <c>body</c>, <c>deliveries</c>, names of headers. Null means that anything may differ.</summary>
    public IReadOnlyList<string>? Differs { get; init; }

    /// <summary>The names of the cases, with <c>*</c> as a wildcard.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>Returns whether the entry contains a case.</summary>
    public bool Lists(string name) => Cases.Any(c => FileSystemName.MatchesSimpleExpression(c, name, ignoreCase: false));
}
