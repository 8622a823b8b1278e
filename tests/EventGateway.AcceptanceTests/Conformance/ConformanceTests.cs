using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>
/// The recorded behaviour of a 0.9.1 server, case by case, against the real program under <c>--compat 0.9</c>. A case
/// passes where nothing differs, or exactly what <c>differences.json</c> or <c>not-yet.json</c> says: both lists shrink
/// or the test fails.
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
        var told = string.Join('\n', differences.Select(d => $"{d.Where}: {d.Text}"));
        if (known.Count == 0)
        {
            told.ShouldBeEmpty($"The case {name} differs.");
            return;
        }

        differences.ShouldNotBeEmpty($"The case {name} no longer differs; take it from the list.");
        if (known.All(k => k.Differs is not null))
        {
            differences.Select(d => d.Where).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .ShouldBe(
                    known.SelectMany(k => k.Differs!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                    $"The case {name} differs in another way than the list says.\n{told}");
        }
    }

    [Fact]
    public void Every_pattern_of_the_lists_names_a_case() =>
        KnownDifferences.All.SelectMany(e => e.Cases.Select(c => e with { Cases = [c] }))
            .Where(e => !Corpus.Names.Any(e.Lists))
            .SelectMany(e => e.Cases)
            .ShouldBeEmpty();

    [Fact]
    public void Every_listed_difference_has_a_reason() => KnownDifferences.All.ShouldAllBe(e => e.Reason.Length > 10);
}
