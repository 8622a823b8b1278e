using System.IO.Enumeration;
using System.Text.Json;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The two lists of cases that differ: on purpose (<c>differences.json</c>) and for now (<c>not-yet.json</c>).</summary>
internal static class KnownDifferences
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The entries of both lists.</summary>
    public static IReadOnlyList<KnownDifference> All { get; } = [.. Load("differences.json"), .. Load("not-yet.json")];

    /// <summary>The entries that list a case.</summary>
    public static IReadOnlyList<KnownDifference> Of(string name) => [.. All.Where(e => e.Lists(name))];

    private static KnownDifference[] Load(string file) => JsonSerializer.Deserialize<KnownDifference[]>(Corpus.Read(file), Web)!;
}

/// <summary>Cases that differ in the same way and for the same reason.</summary>
internal sealed record KnownDifference
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What differs: <c>status</c>, <c>body</c>, <c>deliveries</c>, names of headers. Not set: anything may.</summary>
    public IReadOnlyList<string>? Differs { get; init; }

    /// <summary>The names of the cases; <c>*</c> stands for any part of one.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>Whether the entry lists a case.</summary>
    public bool Lists(string name) => Cases.Any(c => FileSystemName.MatchesSimpleExpression(c, name, ignoreCase: false));
}
