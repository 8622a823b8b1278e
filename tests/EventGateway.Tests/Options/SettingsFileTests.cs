using EventGateway.Options;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class SettingsFileTests
{
    [Fact]
    public void Names_what_is_no_option() => Check("""{"Logging": {"x": 1}, "EventGateway": {"events-prt": 1, "Events-Port": 2, "db-hosts": "x", "plugin": ["a", "b"]}}""")
        .ShouldBe(["Unknown option \"events-prt\" in EventGateway of appsettings.json. Did you mean \"events-port\"?"]);

    [Theory]
    [InlineData("""["10.0.0.0/8", "::1"]""")]
    [InlineData("""{"0": "10.0.0.0/8"}""")]
    public void Names_what_has_not_one_value(string value) => Check($$"""{"EventGateway": {"trusted-proxies": {{value}} } }""")
        .ShouldBe(["appsettings.json has a list or an object for \"trusted-proxies\" in EventGateway; accepted: one value."]);

    [Theory]
    [InlineData("EventGatway")]
    [InlineData("event-gateway")]
    [InlineData("Gateway")]
    public void Names_a_section_that_is_meant_to_be_ours(string section) => Check($$"""{"{{section}}": {"events-port": 1} }""")
        .ShouldBe([$"Unknown section \"{section}\" in appsettings.json. Did you mean \"EventGateway\"?"]);

    [Fact]
    public void Names_an_option_outside_of_the_section() => Check("""{"events-port": 1, "Kestrel": {}, "AllowedHosts": "*", "Logging": {}}""")
        .ShouldBe(["appsettings.json has \"events-port\" outside of a section; accepted: {\"EventGateway\": {\"events-port\": …}}."]);

    [Fact]
    public void Needs_no_options() => Check("{}").ShouldBeEmpty();

    private static IEnumerable<string> Check(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        return SettingsFile.Check(new ConfigurationBuilder().AddJsonStream(stream).Build());
    }
}
