using System.Reflection;
using EventGateway.Aws.Lambda;
using EventGateway.Core;
using EventGateway.Hosting;
using EventGateway.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public sealed class LogEventIdTests
{
    [Fact]
    public void Each_log_line_of_the_program_has_an_id_of_its_own()
    {
        Assembly[] program =
        [
            typeof(GatewayProgram).Assembly, typeof(SteadyTimeProvider).Assembly, typeof(SqliteDeliveryStore).Assembly, typeof(LambdaFunctionProvider).Assembly,
        ];
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
