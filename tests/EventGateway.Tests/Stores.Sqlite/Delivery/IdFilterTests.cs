using CsCheck;
using EventGateway.Stores.Sqlite.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class IdFilterTests
{
    [Fact]
    public void Knows_every_id_that_was_added() => Gen.String.Array[0, 200].Sample(ids =>
    {
        var filter = new IdFilter(ids.Length);
        Array.ForEach(ids, filter.Add);
        return Array.TrueForAll(ids, filter.MayHave);
    });

    [Fact]
    public void Is_rarely_wrong_about_other_ids()
    {
        var filter = new IdFilter(20_000);
        for (var i = 0; i < 20_000; i++)
        {
            filter.Add($"order-{i}");
        }

        Enumerable.Range(20_000, 20_000).Count(i => filter.MayHave($"order-{i}")).ShouldBeLessThan(600);
    }

    [Fact]
    public void Has_nothing_at_first() => new IdFilter(0).MayHave("").ShouldBeFalse();
}
