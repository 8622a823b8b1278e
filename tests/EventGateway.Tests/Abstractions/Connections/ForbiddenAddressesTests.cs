using System.Net;
using EventGateway.Abstractions.Connections;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

/// <summary>Where no function is called.</summary>
public sealed class ForbiddenAddressesTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("169.254.170.2")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("169.254.42.42")]
    [InlineData("fd00:42::42")]
    [InlineData("fd00:c1::a9fe:a9fe")]
    [InlineData("fe80::a9fe:a9fe")]
    [InlineData("fe80::a9fe:a9fe%1")]
    public void Metadata_servers_are_forbidden_at_any_port(string address)
    {
        var forbidden = new ForbiddenAddresses();

        forbidden.Find(IPAddress.Parse(address), 80).ShouldBe("a cloud metadata server");
        forbidden.Find(IPAddress.Parse(address), 8080).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("127.0.0.1", "0.0.0.0", true)]
    [InlineData("127.0.0.1", "::", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("127.0.0.1", "::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("::", "127.0.0.1", true)]
    [InlineData("::", "127.9.9.9", true)]
    [InlineData("0.0.0.0", "::1", true)]
    [InlineData("::", "10.255.255.254", false)]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.5", "127.0.0.1", false)]
    public void The_configuration_api_is_forbidden_at_its_port_only(string listens, string called, bool isForbidden)
    {
        var forbidden = new ForbiddenAddresses();
        forbidden.AddOwn(new IPEndPoint(IPAddress.Parse(listens), 4001));

        (forbidden.Find(IPAddress.Parse(called), 4001) is not null).ShouldBe(isForbidden);
        forbidden.Find(IPAddress.Parse(called), 4000).ShouldBeNull();
    }
}
