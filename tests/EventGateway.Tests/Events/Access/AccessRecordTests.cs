using EventGateway.Events.Access;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events.Access;

public sealed class AccessRecordTests
{
    [Fact]
    public void Has_no_names_before_an_event_comes_in()
    {
        var record = new AccessRecord();

        record.EventTypes.ShouldBeNull();
        record.Spaces.ShouldBeNull();
        record.Subscriptions.ShouldBe(0);
    }

    [Fact]
    public void Counts_each_subscription_and_names_each_space_once()
    {
        var record = new AccessRecord();
        foreach (var space in (string[])["a", "b", "a"])
        {
            record.AddSubscription(space);
        }

        record.Subscriptions.ShouldBe(3);
        record.Spaces.ShouldBe("a,b");
    }

    [Fact]
    public void Names_few_of_many_types()
    {
        var record = new AccessRecord();
        for (var i = 0; i < 10_000; i++)
        {
            record.AddType($"t{i}");
        }

        record.EventTypes.ShouldBe("t0,t1,t2,t3,…");
    }
}
