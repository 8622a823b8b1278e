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

    // A path in backticks. One with * stands for several.
    [GeneratedRegex("`(?<path>(src|tests|docs|bench|examples)/[^`*]+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathInPage();
}
