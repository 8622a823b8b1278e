using EventGateway.CloudEvents;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public sealed class GatewayEventsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, 234, TimeSpan.Zero));

    [Fact]
    public void Ids_are_of_version_7_and_hold_the_time()
    {
        var id = GatewayEvents.NewId(_time);

        var uuid = Guid.ParseExact(id, "D");
        uuid.Version.ShouldBe(7);
        uuid.Variant.ShouldBeInRange(8, 11);
        Convert.ToInt64(id[..8] + id[9..13], 16).ShouldBe(_time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Ids_of_one_moment_differ()
    {
        var ids = Enumerable.Range(0, 100_000).Select(_ => GatewayEvents.NewId(_time)).ToHashSet(StringComparer.Ordinal);

        ids.Count.ShouldBe(100_000);
    }

    [Fact]
    public void Ids_sort_by_time()
    {
        var earlier = GatewayEvents.NewId(_time);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        string.CompareOrdinal(earlier, GatewayEvents.NewId(_time)).ShouldBeLessThan(0);
    }
}
