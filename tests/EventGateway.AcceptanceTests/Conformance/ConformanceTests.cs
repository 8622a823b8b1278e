using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>
/// Compares the real program with <c>--compat 0.9</c> with the recorded behaviour of a 0.9.1 server, case by case. A case passes
/// when nothing differs, or exactly what <c>differences.json</c> lists for it, with the listed values. A listed case
/// that no longer differs fails, so that it is removed from the list.
/// </summary>
public sealed class ConformanceTests(Replay replay, ITestOutputHelper output) : IClassFixture<Replay>
{
    public static TheoryData<string> Cases => [.. Corpus.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_recorded(string name) => ActualOf(name).ShouldBe(KnownOf(name), Describe(name));

    [Fact]
    public void Every_case_is_equal_or_differs_for_a_reason()
    {
        var differing = Corpus.Names.Where(name => replay.DifferencesOf(name).Count > 0).ToList();
        var unexplained = differing.Where(name => !ActualOf(name).SequenceEqual(KnownOf(name))).ToList();
        output.WriteLine(
            $"{Corpus.Names.Count} recorded cases: {Corpus.Names.Count - differing.Count} equal, "
            + $"{differing.Count - unexplained.Count} different for a reason, {unexplained.Count} unexplained.");
        unexplained.ShouldBeEmpty();
    }

    [Fact]
    public void Every_case_in_the_list_exists() => KnownDifferences.All.SelectMany(e => e.Cases).Except(Corpus.Names).ShouldBeEmpty();

    [Fact]
    public void Every_listed_difference_is_documented()
    {
        var lines = Corpus.Read("compatibility.md").Split('\n');
        KnownDifferences.All.Where(e => e.Reason.Length <= 10 || !lines.Any(line => line.StartsWith(e.Documented, StringComparison.Ordinal)))
            .Select(e => e.Documented).ShouldBeEmpty();
    }

    // Two calls of functions can differ in the same place.
    private string[] ActualOf(string name) =>
        [.. replay.DifferencesOf(name).GroupBy(d => d.Where).Select(g => $"{g.Key}: {string.Join(" | ", g.Select(d => d.Masked).Distinct().Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal)];

    private static string[] KnownOf(string name) =>
        [.. KnownDifferences.Of(name).SelectMany(known => known.Differs).Select(d => $"{d.Key}: {d.Value}").Order(StringComparer.Ordinal)];

    private string Describe(string name) =>
        $"The case {name} does not differ as the list says.\n{string.Join('\n', replay.DifferencesOf(name))}";
}
