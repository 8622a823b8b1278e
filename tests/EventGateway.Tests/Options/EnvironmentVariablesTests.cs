using System.Collections;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class EnvironmentVariablesTests
{
    [Fact]
    public void Accepts_options_empty_variables_and_variables_of_other_programs() => Check(
        ("EVENT_GATEWAY_EVENTS_PORT", "8080"), ("EVENT_GATEWAY_DB_HOSTS", "x"), ("EVENT_GATEWAY_NOTHING", ""), ("PATH", "/bin"), ("MY_EVENT_GATEWAY_X", "1"))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("EVENT_GATEWAY_EVENTS_PRT", "Did you mean \"EVENT_GATEWAY_EVENTS_PORT\"?")]
    [InlineData("EVENT_GATEWAY_PORT", "Did you mean \"EVENT_GATEWAY_EVENTS_PORT\"?")]
    [InlineData("EVENT_GATEWAY_DATA_DIR", "Did you mean \"EVENT_GATEWAY_EMBED_DATA_DIR\"?")]
    [InlineData("EVENT_GATEWAY_COLOUR", "--help lists the variables that are accepted.")]
    public void Names_an_unknown_variable_and_the_nearest_known_one(string name, string suggestion) =>
        Check((name, "8080")).ShouldBe([$"Unknown environment variable \"{name}\". {suggestion}"]);

    // As a pod gets them for the services "event-gateway" and "event-gateway-events".
    [Theory]
    [InlineData("EVENT_GATEWAY_SERVICE_HOST", "10.0.0.11")]
    [InlineData("EVENT_GATEWAY_SERVICE_PORT", "4000")]
    [InlineData("EVENT_GATEWAY_SERVICE_PORT_EVENTS", "4000")]
    [InlineData("EVENT_GATEWAY_PORT", "tcp://10.0.0.11:4000")]
    [InlineData("EVENT_GATEWAY_PORT_4000_TCP", "tcp://10.0.0.11:4000")]
    [InlineData("EVENT_GATEWAY_PORT_4000_TCP_PROTO", "tcp")]
    [InlineData("EVENT_GATEWAY_PORT_4000_TCP_PORT", "4000")]
    [InlineData("EVENT_GATEWAY_PORT_4000_TCP_ADDR", "10.0.0.11")]
    [InlineData("EVENT_GATEWAY_EVENTS_SERVICE_HOST", "10.0.0.11")]
    [InlineData("EVENT_GATEWAY_EVENTS_PORT", "tcp://10.0.0.11:4000")]
    [InlineData("EVENT_GATEWAY_EVENTS_PORT_4000_TCP_ADDR", "10.0.0.11")]
    public void Accepts_the_variables_that_Kubernetes_sets(string name, string value) => Check((name, value)).ShouldBeEmpty();

    private static IEnumerable<string> Check(params (string Name, string Value)[] variables) =>
        EnvironmentVariables.Check(new Hashtable(variables.ToDictionary(static variable => variable.Name, static variable => variable.Value, StringComparer.Ordinal)));
}
