using System.Text.RegularExpressions;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Architecture;

/// <summary>Keeps docs/architecture.md and CONTRIBUTING.md true.</summary>
public sealed partial class ArchitecturePageTests
{
    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Names_files_and_folders_that_exist(string page)
    {
        var paths = PathInPage().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(static match => match.Groups["path"].Value).ToList();

        paths.Count.ShouldBeGreaterThan(10);
        paths.Where(static path => !Path.Exists(Path.Combine(Repository.Root, path))).ShouldBeEmpty();
    }

    [Fact]
    public void Has_the_steps_of_the_comment_at_the_head_of_each_path()
    {
        var paths = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md")).Split("At the head: ")[1..];

        paths.Length.ShouldBe(5);
        foreach (var path in paths)
        {
            var head = PathInPage().Match(path).Groups["path"].Value;
            var steps = StepInComment().Count(File.ReadAllText(Path.Combine(Repository.Root, head)));
            StepInPage().Matches(path).Select(static match => match.Groups["number"].Value)
                .ShouldBe(Enumerable.Range(1, steps).Select(static number => $"{number}"), head);
        }
    }

    // A path in backticks. One with * stands for several.
    [GeneratedRegex("`(?<path>(src|tests|docs|bench|examples)/[^`*]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathInPage();

    [GeneratedRegex(@"^\| (?<number>\d)\. ", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepInPage();

    [GeneratedRegex(@"^(/// <item>|// \d\. )", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StepInComment();
}
