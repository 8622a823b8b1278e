using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>
/// Compares the real program with <c>--compat 0.9</c> with the recorded behaviour of a 0.9.1 server, case by case. A case passes
/// when nothing differs, or exactly what <c>differences.json</c> or <c>not-yet.json</c> lists for it. A listed case that no
/// longer differs fails, so that it is removed from the list.
/// </summary>
public sealed class ConformanceTests(Replay replay) : IClassFixture<Replay>
{
    public static TheoryData<string> Cases => [.. Corpus.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_recorded(string name)
    {
        var differences = replay.DifferencesOf(name);
        var known = KnownDifferences.Of(name);
        var text = string.Join('\n', differences.Select(d => $"{d.Where}: {d.Text}"));
        if (known.Count == 0)
        {
            text.ShouldBeEmpty($"The case {name} differs.");
            return;
        }

        differences.ShouldNotBeEmpty($"The case {name} no longer differs. Remove it from the list.");
        if (known.All(k => k.Differs is not null))
        {
            differences.Select(d => d.Where).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .ShouldBe(
                    known.SelectMany(k => k.Differs!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                    $"The case {name} does not differ as the list says.\n{text}");
        }
    }

    [Fact]
    public void Every_pattern_in_the_lists_matches_a_case() =>
        KnownDifferences.All.SelectMany(e => e.Cases.Select(c => e with { Cases = [c] }))
            .Where(e => !Corpus.Names.Any(e.Lists))
            .SelectMany(e => e.Cases)
            .ShouldBeEmpty();

    [Fact]
    public void Every_listed_difference_has_a_reason() => KnownDifferences.All.ShouldAllBe(e => e.Reason.Length > 10);
}
