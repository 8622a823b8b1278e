using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using EventGateway.Tests.Harness;

namespace EventGateway.Tests.Architecture;

/// <summary>The types below <c>src/</c>, read from their compiled code.</summary>
internal static class GatewayTypes
{
    /// <summary>Each use of a type by another one.</summary>
    public static IReadOnlyList<(IType User, IType Used)> Uses { get; } =
    [
        .. new ArchLoader().LoadAssemblies([.. GatewayAssemblies.All]).Build().Types
            .SelectMany(static type => type.Dependencies, static (type, dependency) => (type, dependency.Target))
            .Where(static use => IsOwn(use.type) && IsOwn(use.Target)),
    ];

    // Source generators put types into other namespaces.
    private static bool IsOwn(IType type) =>
        type.Namespace?.FullName is { } name && (name == "EventGateway" || name.StartsWith("EventGateway.", StringComparison.Ordinal));
}
