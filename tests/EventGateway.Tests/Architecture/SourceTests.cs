using System.Text.RegularExpressions;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Architecture;

/// <summary>Keeps the source files where a reader looks for them, and short.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 400;

    [Fact]
    public void Types_are_in_the_namespace_of_their_folder()
    {
        Files("src").Where(static file => file.Namespace is not "" && file.Namespace != FolderOf(file.Path)).ShouldBeEmpty();
        Files("tests/EventGateway.Tests").Where(static file => file.Namespace is not "" && file.Namespace != FolderOf(file.Path)).ShouldBeEmpty();
    }

    [Fact]
    public void Folders_of_tests_mirror_those_of_sources()
    {
        string[] own = ["", "Architecture", "Harness", "MicroBenchmarks"];
        var sources = Files("src").Select(static file => FolderOf(file.Path)).ToHashSet(StringComparer.Ordinal);

        Files("tests/EventGateway.Tests")
            .Select(static file => FolderOf(file.Path)["EventGateway.Tests".Length..].TrimStart('.'))
            .Distinct(StringComparer.Ordinal)
            .Except(own, StringComparer.Ordinal)
            .Where(folder => !sources.Contains($"EventGateway.{folder}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Files_can_be_read_in_one_go() =>
        Files("src").Concat(Files("tests")).Concat(Files("bench")).Concat(Files("examples"))
            .Where(static file => file.Lines > MaxLines)
            .ShouldBeEmpty();

    private static IEnumerable<(string Path, string Namespace, int Lines)> Files(string directory)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, directory), "*.cs", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .ToList();
        files.ShouldNotBeEmpty();
        return files.Select(static path =>
        {
            var text = File.ReadAllText(Path.Combine(Repository.Root, path));
            return (path, NamespaceLine().Match(text).Groups["name"].Value, text.Count('\n'));
        });
    }

    // Of src/EventGateway.Engine/Routing/Route.cs: EventGateway.Engine.Routing.
    private static string FolderOf(string path) => string.Join('.', path.Split('/')[1..^1]);

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine();
}
