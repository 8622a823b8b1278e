using System.Reflection;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Architecture;

/// <summary>Keeps types internal that no other project needs.</summary>
public sealed class VisibilityTests
{
    // The web SDK makes the class of top-level statements public.
    private const string EntryPoint = "Program";

    // Packages that other programs reference.
    private static readonly string[] Published = ["Abstractions", "CloudEvents"];

    [Fact]
    public void Types_are_internal_unless_another_project_needs_them()
    {
        var used = UsedByOtherProjects();
        var unneeded =
            from assembly in GatewayAssemblies.All
            where !Published.Contains(GatewayAssemblies.ProjectOf(assembly))
            let needed = Needed(assembly, used)
            from type in assembly.GetExportedTypes()
            where !type.IsNested && !needed.Contains(type) && type.FullName != EntryPoint
            select type.FullName;

        unneeded.ShouldBeEmpty();
    }

    private static HashSet<string> UsedByOtherProjects() =>
        GatewayTypes.Uses
            .Where(static use => use.User.Assembly.FullName != use.Used.Assembly.FullName)
            .Select(static use => use.Used.FullName)
            .ToHashSet(StringComparer.Ordinal);

    // The types that other projects use, and those in the public signatures of such types.
    private static HashSet<Type> Needed(Assembly assembly, HashSet<string> used)
    {
        var needed = new HashSet<Type>();
        var queue = new Queue<Type>(assembly.GetExportedTypes().Where(type => used.Contains(type.FullName!)));
        while (queue.TryDequeue(out var type))
        {
            if (type.Assembly == assembly && needed.Add(type))
            {
                foreach (var other in Signatures(type).SelectMany(Parts))
                {
                    queue.Enqueue(other);
                }
            }
        }

        return needed;
    }

    private static IEnumerable<Type> Signatures(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .SelectMany(static member => member switch
            {
                MethodBase { IsPublic: true } or MethodBase { IsFamily: true } => ((MethodBase)member).GetParameters()
                    .Select(static parameter => parameter.ParameterType)
                    .Append((member as MethodInfo)?.ReturnType ?? typeof(void)),
                FieldInfo { IsPublic: true } field => [field.FieldType],
                TypeInfo { IsNestedPublic: true } nested => [nested.AsType()],
                _ => [],
            })
            .Concat(type.GetInterfaces())
            .Concat(type.DeclaringType is { } outer ? [outer] : [])
            .Concat(type.BaseType is { } parent ? [parent] : []);

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
