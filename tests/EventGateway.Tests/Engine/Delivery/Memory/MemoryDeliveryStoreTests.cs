using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Delivery.Memory;
using EventGateway.Tests.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Memory;

public sealed class MemoryDeliveryStoreTests
{
    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);
    private static readonly Route RouteA = TestRoutes.To(TestRoutes.OfType("test", "a"));
    private static readonly Route RouteB = TestRoutes.To(TestRoutes.OfType("test", "b"));

    [Fact]
    public async Task Leases_deliveries_by_function_and_in_order()
    {
        var store = Store();
        await AppendAsync(store, ("1", [RouteA, RouteB]), ("2", [RouteA]), ("3", [RouteB]), ("4", [RouteA]));

        (await LeaseAsync(store, "a", 2)).Select(delivery => delivery.EventId).ShouldBe(["1", "2"]);
        (await LeaseAsync(store, "a", 2)).Select(delivery => delivery.EventId).ShouldBe(["4"]);
        (await LeaseAsync(store, "a", 2)).ShouldBeEmpty();
        (await LeaseAsync(store, "b", 9)).Select(delivery => delivery.EventId).ShouldBe(["1", "3"]);
    }

    [Fact]
    public async Task Writes_an_event_once_per_format()
    {
        var store = Store();
        var old = TestRoutes.To(RouteB.Function, new DeliverySettings { CloudEvents = CloudEventFormat.V01Structured });
        await AppendAsync(store, ("1", [RouteA, RouteA, old]));

        var (first, second) = await LeaseAsync(store, "a", 2) is [var x, var y] ? (x, y) : default;
        var third = (await LeaseAsync(store, "b", 1)).Single();

        first.Payload.Body.Equals(second.Payload.Body).ShouldBeTrue();
        Encoding.UTF8.GetString(third.Payload.Body.Span).ShouldNotBe(Encoding.UTF8.GetString(first.Payload.Body.Span));
    }

    [Fact]
    public async Task Counts_until_the_last_delivery_of_an_event_is_complete()
    {
        var store = Store();
        await AppendAsync(store, ("1", [RouteA, RouteB]));
        var bytes = store.Bytes;
        var a = (await LeaseAsync(store, "a", 1)).Single();
        var b = (await LeaseAsync(store, "b", 1)).Single();

        await store.CompleteAsync(a, Delivered, default);
        store.Count.ShouldBe(1);
        store.Bytes.ShouldBeInRange(bytes / 2, bytes - 1);
        await store.CompleteAsync(b, Delivered, default);
        (store.Count, store.Bytes).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Keeps_the_memory_of_a_payload_that_may_still_be_read()
    {
        var store = Store();
        await AppendAsync(store, ("1", [RouteA, RouteA]));
        var leased = await LeaseAsync(store, "a", 2);
        var body = leased[0].Payload.Body;
        var text = Encoding.UTF8.GetString(body.Span);

        await store.CompleteAsync(leased[0], Delivered with { PayloadStillRead = true }, default);
        await store.CompleteAsync(leased[1], Delivered, default);
        await AppendAsync(store, ("2", [RouteA]), ("3", [RouteA]), ("4", [RouteA]));

        Encoding.UTF8.GetString(body.Span).ShouldBe(text);
    }

    [Fact]
    public async Task Accepts_all_of_a_batch_or_nothing()
    {
        var store = Store(new GatewayDefaults { BacklogDeliveries = 3 });
        (await AppendAsync(store, ("1", [RouteA]), ("2", [RouteA]))).IsAccepted.ShouldBeTrue();

        (await AppendAsync(store, ("3", [RouteA]), ("4", [RouteB]))).Status.ShouldBe(AcceptStatus.Full);

        store.Count.ShouldBe(2);
        (await LeaseAsync(store, "b", 1)).ShouldBeEmpty();
        (await AppendAsync(store, ("5", [RouteB]))).IsAccepted.ShouldBeTrue();
        (await AppendAsync(store, ("6", [RouteB]))).Status.ShouldBe(AcceptStatus.Full);
    }

    [Fact]
    public async Task Is_bounded_by_bytes()
    {
        var store = Store(new GatewayDefaults { BacklogBytes = 20_000 });
        static EventDeliveries Large(int bytes, params Route[] routes) => new(DispatcherFixture.Event("1", bytes), routes);

        (await store.AppendAsync([Large(14_000, RouteA, RouteA)], default)).IsAccepted.ShouldBeTrue();
        (await store.AppendAsync([Large(14_000, RouteB)], default)).Status.ShouldBe(AcceptStatus.Full);
        (await store.AppendAsync([Large(1_000, RouteB)], default)).IsAccepted.ShouldBeTrue();
        store.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(CloudEventFormat.V1Structured)]
    [InlineData(CloudEventFormat.V1Binary)]
    public async Task Counts_the_memory_that_an_event_holds(CloudEventFormat format)
    {
        var store = Store();
        var route = TestRoutes.To(RouteA.Function, new DeliverySettings { CloudEvents = format });
        var small = DispatcherFixture.Event("1", 1_000);
        var large = small with { Extensions = [new("ext", JsonText.Quote(new string('x', 50_000)))] };

        // Arrays of the pool have sizes of powers of two.
        await store.AppendAsync([new EventDeliveries(small, [route])], default);
        store.Bytes.ShouldBeInRange(2_048, 4_000);
        await store.AppendAsync([new EventDeliveries(large, [route, route, route])], default);
        store.Bytes.ShouldBeInRange(50_000, 150_000);

        foreach (var delivery in await LeaseAsync(store, "a", 9))
        {
            await store.CompleteAsync(delivery, Delivered, default);
        }

        store.Bytes.ShouldBe(0);
    }

    [Fact]
    public async Task Leaves_room_for_others_when_a_function_makes_no_progress()
    {
        var store = Store(new GatewayDefaults { BacklogDeliveries = 10 });
        for (var i = 0; i < 5; i++)
        {
            (await AppendAsync(store, ($"{i}", [RouteA]))).IsAccepted.ShouldBeTrue();
        }

        // Leased deliveries count, because those of a function that hangs are under way.
        var leased = await LeaseAsync(store, "a", 5);
        (await AppendAsync(store, ("5", [RouteA]))).Status.ShouldBe(AcceptStatus.Full);
        (await AppendAsync(store, ("6", [RouteB, RouteA]))).Status.ShouldBe(AcceptStatus.Full);
        (await AppendAsync(store, ("7", [RouteB]), ("8", [RouteA]))).Status.ShouldBe(AcceptStatus.Full);
        store.Count.ShouldBe(5);
        (await AppendAsync(store, ("9", [RouteB]))).IsAccepted.ShouldBeTrue();

        await store.CompleteAsync(leased[0], Delivered, default);
        (await AppendAsync(store, ("10", [RouteA]))).IsAccepted.ShouldBeTrue();
        (await AppendAsync(store, ("11", [RouteA]))).Status.ShouldBe(AcceptStatus.Full);
    }

    [Fact]
    public async Task Leaves_bytes_for_others_when_a_function_makes_no_progress()
    {
        var store = Store(new GatewayDefaults { BacklogBytes = 100_000 });
        static EventDeliveries Large(Route route) => new(DispatcherFixture.Event("1", 14_000), [route]);
        while ((await store.AppendAsync([Large(RouteA)], default)).IsAccepted)
        {
            store.Bytes.ShouldBeLessThan(80_000);
        }

        (await store.AppendAsync([Large(RouteB)], default)).IsAccepted.ShouldBeTrue();
        foreach (var delivery in (LeasedDelivery[])[.. await LeaseAsync(store, "a", 9), .. await LeaseAsync(store, "b", 9)])
        {
            await store.CompleteAsync(delivery, Delivered, default);
        }

        (store.Count, store.Bytes).ShouldBe((0, 0));
        (await store.AppendAsync([Large(RouteA)], default)).IsAccepted.ShouldBeTrue();
    }

    private static MemoryDeliveryStore Store(GatewayDefaults? defaults = null) => new(defaults ?? new GatewayDefaults(), TimeProvider.System);

    private static ValueTask<AcceptResult> AppendAsync(MemoryDeliveryStore store, params (string Id, Route[] Routes)[] events) =>
        store.AppendAsync([.. events.Select(item => new EventDeliveries(DispatcherFixture.Event(item.Id), item.Routes))], default);

    private static async Task<LeasedDelivery[]> LeaseAsync(MemoryDeliveryStore store, string functionId, int most)
    {
        var window = new LeasedDelivery[most];
        var taken = 0;
        foreach (var subscription in (await store.ListWaitingAsync(default)).Where(key => key.FunctionId == functionId))
        {
            taken += (await store.LeaseAsync(subscription, window.AsMemory(taken), default)).Count;
        }

        return window[..taken];
    }
}
