using System.Net;
using EventGateway.Abstractions.Connections;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

/// <summary>How servers of functions share the connections.</summary>
public sealed class ConnectionSharesTests
{
    private readonly ConnectionShares _shares = new(30);

    [Fact]
    public void One_server_gets_half()
    {
        Fill("a").ShouldBe(15);
    }

    [Fact]
    public void Each_server_gets_half_of_what_the_others_leave()
    {
        Fill("a");

        Fill("b").ShouldBe(8);
        Fill("c").ShouldBe(4);
    }

    [Fact]
    public void Servers_that_grow_together_get_the_same()
    {
        var open = new int[2];
        for (var i = 0; i < 100; i++)
        {
            open[i % 2] += _shares.TryEnter(Server(i % 2 == 0 ? "a" : "b")) ? 1 : 0;
        }

        open.ShouldBe([10, 10]);
    }

    [Fact]
    public void Ports_of_a_host_are_servers_of_their_own()
    {
        Fill("a");

        _shares.TryEnter(new DnsEndPoint("a", 81)).ShouldBeTrue();
    }

    [Fact]
    public void A_connection_that_has_closed_leaves_its_room()
    {
        Fill("a");
        Fill("b");
        for (var i = 0; i < 15; i++)
        {
            _shares.Leave(Server("a"));
        }

        Fill("b").ShouldBe(7);
        Fill("a").ShouldBe(8);
    }

    private static DnsEndPoint Server(string host) => new(host, 80);

    private int Fill(string host)
    {
        var count = 0;
        while (_shares.TryEnter(Server(host)))
        {
            count++;
        }

        return count;
    }
}
