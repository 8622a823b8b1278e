using System.Text.RegularExpressions;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed partial class OptionNamesTests
{
    private static readonly string Manual = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..", "docs", "operating.md");

    [Fact]
    public void The_manual_lists_the_options_with_the_defaults_that_help_shows()
    {
        var known = OptionNames.All.Where(option => !option.IsObsolete).ToDictionary(option => option.Argument, StringComparer.Ordinal);
        var rows = Row().Matches(File.ReadAllText(Manual));

        rows.SelectMany(NamesOf).Order(StringComparer.Ordinal)
            .ShouldBe(known.Keys.Concat(["--help", "--version"]).Order(StringComparer.Ordinal));
        foreach (Match row in rows)
        {
            if (row.Groups["default"].Value.Replace("`", "", StringComparison.Ordinal) is { Length: > 0 } value)
            {
                known[NamesOf(row).First()].Description.ShouldContain($"Default: {value}");
            }
        }
    }

    private static IEnumerable<string> NamesOf(Match row) => row.Groups["name"].Captures.Select(name => name.Value);

    // | `--first`, `--second` | default | meaning |
    [GeneratedRegex(@"^\| (`(?<name>--[a-z0-9-]+)`(, )?)+ \| ((?<default>[^|]+) )?\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
