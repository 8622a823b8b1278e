using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Architecture;

/// <summary>Keeps the projects and folders below <c>src/</c> as docs/architecture.md draws them.</summary>
public sealed class ArchitectureTests
{
    // Each project with the projects that it may reference.
    private static readonly Dictionary<string, string[]> References = new(StringComparer.Ordinal)
    {
        [""] = ["Abstractions", "CloudEvents", "Engine", "Functions.Aws", "Functions.Http", "Stores.Sqlite"],
        ["Stores.Sqlite"] = ["Abstractions", "CloudEvents"],
        ["Functions.Http"] = ["Abstractions", "CloudEvents"],
        ["Functions.Aws"] = ["Abstractions", "CloudEvents"],
        ["Engine"] = ["Abstractions", "CloudEvents"],
        ["Abstractions"] = ["CloudEvents"],
        ["CloudEvents"] = [],
    };

    [Fact]
    public void Projects_reference_only_what_stands_below_them()
    {
        GatewayAssemblies.All.Select(GatewayAssemblies.ProjectOf).Order(StringComparer.Ordinal)
            .ShouldBe(References.Keys.Order(StringComparer.Ordinal));
        foreach (var assembly in GatewayAssemblies.All)
        {
            var project = GatewayAssemblies.ProjectOf(assembly);
            GatewayAssemblies.ReferencesOf(assembly).Select(GatewayAssemblies.ProjectOf).Except(References[project], StringComparer.Ordinal)
                .ShouldBeEmpty($"References of {assembly.GetName().Name}");
        }
    }

    [Fact]
    public void Folders_of_a_project_have_no_cycle()
    {
        var all = Uses().ToList();
        all.Count.ShouldBeGreaterThan(500);
        var uses = all.ToLookup(static use => use.From, static use => use, StringComparer.Ordinal);
        var cycles = uses
            .SelectMany(static folder => folder)
            .Where(use => Reaches(use.To, use.From, uses))
            .GroupBy(static use => (use.From, use.To))
            .Select(static edge => $"{edge.Key.From} -> {edge.Key.To}: {string.Join(", ", edge.Select(static use => use.Types).Distinct().Take(3))}");

        cycles.ShouldBeEmpty();
    }

    // The uses between namespaces of the same project.
    private static IEnumerable<(string From, string To, string Types)> Uses() =>
        from use in GatewayTypes.Uses
        let user = use.User.Namespace.FullName
        let used = use.Used.Namespace.FullName
        where user != used && use.User.Assembly.FullName == use.Used.Assembly.FullName
        select (user, used, $"{use.User.Name} uses {use.Used.Name}");

    private static bool Reaches(string from, string to, ILookup<string, (string From, string To, string Types)> uses)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var queue = new Queue<string>(seen);
        while (queue.TryDequeue(out var folder))
        {
            if (folder == to)
            {
                return true;
            }

            foreach (var use in uses[folder])
            {
                if (seen.Add(use.To))
                {
                    queue.Enqueue(use.To);
                }
            }
        }

        return false;
    }
}
