using System.Net;
using System.Net.Sockets;
using EventGateway.Abstractions.Connections;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

/// <summary>How many names of hosts are looked up at once.</summary>
public sealed class NameLookUpsTests
{
    private static readonly IPAddress[] Addresses = [IPAddress.Loopback];

    private readonly Dictionary<string, TaskCompletionSource<IPAddress[]>> _asked = new(StringComparer.Ordinal);
    private readonly NameLookUps _lookUps;

    public NameLookUpsTests() => _lookUps = new NameLookUps(2, host =>
    {
        var answer = new TaskCompletionSource<IPAddress[]>();
        _asked.Add(host, answer);
        return answer.Task;
    });

    [Fact]
    public async Task A_name_is_looked_up_once_for_all_who_ask_meanwhile()
    {
        var first = Find("a");
        var second = Find("A");
        _asked["a"].SetResult(Addresses);

        (await first).ShouldBe(Addresses);
        (await second).ShouldBe(Addresses);
        _asked.Remove("a");
        _ = Find("a");
        _asked.Keys.ShouldBe(["a"]);
    }

    [Fact]
    public async Task Names_beyond_the_limit_are_not_looked_up()
    {
        using var impatient = new CancellationTokenSource();
        var a = Find("a", impatient.Token);
        var b = Find("b");
        (await Find("c")).ShouldBeNull();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => a);

        // Its thread is still blocked.
        (await Find("c")).ShouldBeNull();
        _asked["a"].SetException(new SocketException((int)SocketError.HostNotFound));
        var c = Find("c");
        _asked["b"].SetResult(Addresses);
        _asked["c"].SetResult(Addresses);
        (await b).ShouldBe(Addresses);
        (await c).ShouldBe(Addresses);
    }

    [Fact]
    public async Task All_who_asked_get_the_failure_and_the_next_who_asks_does_not()
    {
        var first = Find("a");
        var second = Find("a");
        _asked["a"].SetException(new SocketException((int)SocketError.HostNotFound));
        await Should.ThrowAsync<SocketException>(() => first);
        await Should.ThrowAsync<SocketException>(() => second);
        _asked.Remove("a");

        var third = Find("a");
        _asked["a"].SetResult(Addresses);
        (await third).ShouldBe(Addresses);
    }

    private Task<IPAddress[]?> Find(string host, CancellationToken cancellationToken = default) => _lookUps.FindAsync(host, cancellationToken).AsTask();
}
