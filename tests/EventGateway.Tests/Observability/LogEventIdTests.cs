using System.Reflection;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public sealed class LogEventIdTests
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Each_log_line_of_the_program_has_an_id_of_its_own()
    {
        var lines = GatewayAssemblies.All.SelectMany(Lines).ToList();

        lines.Count.ShouldBeGreaterThan(50);
        lines.GroupBy(static line => line.Id).Where(static group => group.Count() > 1)
            .Select(static group => $"{group.Key}: {string.Join(", ", group.Select(static line => line.Name))}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Each_project_lists_the_ids_of_its_log_lines()
    {
        foreach (var assembly in GatewayAssemblies.All.Where(static assembly => Lines(assembly).Any()))
        {
            var listed = assembly.GetTypes().Single(static type => type.Name == "LogEvents").GetFields(Any).Select(static field => (int)field.GetRawConstantValue()!);

            listed.Order().ShouldBe(Lines(assembly).Select(static line => line.Id).Order(), assembly.GetName().Name);
        }
    }

    private static IEnumerable<(string Name, int Id)> Lines(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(Any)
        let line = method.GetCustomAttribute<LoggerMessageAttribute>()
        where line is not null
        select ($"{type}.{method.Name}", line.EventId);
}
