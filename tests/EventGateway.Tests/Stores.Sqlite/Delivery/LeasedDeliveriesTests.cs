using CsCheck;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class LeasedDeliveriesTests
{
    [Fact]
    public void Behaves_like_a_set() => Gen.Int[-20, 20].Array[0, 100].Sample(steps =>
    {
        var deliveries = Enumerable.Range(0, 21).Select(static _ => Delivery()).ToArray();
        var leased = new LeasedDeliveries();
        var model = new HashSet<SqliteDelivery>();
        foreach (var step in steps)
        {
            var delivery = deliveries[Math.Abs(step)];
            if (step < 0)
            {
                leased.Remove(delivery);
                model.Remove(delivery);
            }
            else if (model.Add(delivery))
            {
                leased.Add(delivery);
            }
        }

        leased.All.ShouldBe(model, ignoreOrder: true);
    });

    private static SqliteDelivery Delivery() => new()
    {
        Subscription = new SubscriptionKey("default", "s", "f"),
        EventId = "1",
        EventType = "test.event",
        Payload = default,
        Format = CloudEventFormat.V1Structured,
        AcceptedAt = default,
    };
}
