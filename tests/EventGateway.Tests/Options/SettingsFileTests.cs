using EventGateway.Options;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class SettingsFileTests
{
    [Fact]
    public void Names_what_is_no_option() => Check("""{"Logging": {"x": 1}, "EventGateway": {"events-prt": 1, "Events-Port": 2, "db-hosts": "x", "plugin": ["a", "b"]}}""")
        .ShouldBe(["appsettings.json has \"events-prt\" in EventGateway; accepted: the options that --help lists, without dashes in front."]);

    [Fact]
    public void Needs_no_options() => Check("{}").ShouldBeEmpty();

    private static IEnumerable<string> Check(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
        return SettingsFile.Check(new ConfigurationBuilder().AddJsonStream(stream).Build());
    }
}
