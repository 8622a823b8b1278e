using System.Reflection;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public sealed class LogEventIdTests
{
    [Fact]
    public void Each_log_line_of_the_program_has_an_id_of_its_own()
    {
        var program = GatewayAssemblies.All;
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var lines = program
            .SelectMany(static assembly => assembly.GetTypes())
            .SelectMany(static type => type.GetMethods(Any))
            .Select(static method => (Name: $"{method.DeclaringType}.{method.Name}", Id: method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(static line => line.Id is not null)
            .ToList();

        lines.Count.ShouldBeGreaterThan(50);
        lines.GroupBy(static line => line.Id).Where(static group => group.Count() > 1)
            .Select(static group => $"{group.Key}: {string.Join(", ", group.Select(static line => line.Name))}")
            .ShouldBeEmpty();
    }
}
