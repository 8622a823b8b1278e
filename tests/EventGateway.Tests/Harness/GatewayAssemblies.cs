using System.Reflection;
using EventGateway.Hosting;

namespace EventGateway.Tests.Harness;

/// <summary>The assemblies of the projects below <c>src/</c>.</summary>
internal static class GatewayAssemblies
{
    private static readonly Assembly Program = typeof(GatewayProgram).Assembly;

    /// <summary>The assemblies: the program, and all of its own that it references, directly or through others.</summary>
    public static IReadOnlyList<Assembly> All { get; } = [.. Find(Program).DistinctBy(static assembly => assembly.FullName)];

    /// <summary>Returns the project of an assembly, such as <c>Engine</c>. Returns an empty name for the program.</summary>
    public static string ProjectOf(Assembly assembly) => assembly == Program ? "" : assembly.GetName().Name!["EventGateway.".Length..];

    /// <summary>Returns the assemblies of other projects that an assembly references.</summary>
    public static IEnumerable<Assembly> ReferencesOf(Assembly assembly) =>
        assembly.GetReferencedAssemblies()
            .Where(static reference => reference.Name!.StartsWith("EventGateway.", StringComparison.Ordinal))
            .Select(Assembly.Load);

    private static IEnumerable<Assembly> Find(Assembly assembly) => ReferencesOf(assembly).SelectMany(Find).Prepend(assembly);
}
