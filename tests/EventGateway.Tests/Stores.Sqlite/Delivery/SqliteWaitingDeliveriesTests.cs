using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class SqliteWaitingDeliveriesTests
{
    private static readonly WaitingFilter All = new() { Space = "default" };

    [Fact]
    public async Task Lists_a_delivery_with_its_last_error_under_the_same_id()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A, B]));
        var before = (await ListAsync(fixture, All with { FunctionId = "a" })).Single();
        (before.EventId, before.EventType, before.Subscription, before.Attempts, before.Error).ShouldBe(("1", "test.event", KeyA, 0, null));
        (before.IsDue, before.DueAt, before.AcceptedAt).ShouldBe((true, fixture.Time.GetUtcNow(), fixture.Time.GetUtcNow()));

        await FailAsync(fixture, "first", 500);
        await FailAsync(fixture, "second", 503);

        var after = (await ListAsync(fixture, All with { SubscriptionId = KeyA.SubscriptionId })).Single();
        (after.Id, after.Attempts, after.Status, after.Error).ShouldBe((before.Id, 2, 503, "second"));
        (after.IsDue, after.DueAt).ShouldBe((false, fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1)));
        (await ListAsync(fixture, All with { DeliveryId = after.Id })).ShouldHaveSingleItem();
        (await ListAsync(fixture, All with { HasFailed = false })).ShouldHaveSingleItem().Subscription.ShouldBe(KeyB);

        await fixture.ReopenAsync();
        (await ListAsync(fixture, All with { DeliveryId = after.Id })).ShouldHaveSingleItem().Error.ShouldBe("second");
    }

    [Fact]
    public async Task Says_whether_the_function_of_a_delivery_is_being_called()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]));
        var leased = await fixture.LeaseAsync(KeyA);
        leased[1].IsBeingCalled = true;

        (await ListAsync(fixture, All)).Select(delivery => (delivery.EventId, delivery.IsBeingCalled)).ShouldBe([("1", false), ("2", true)]);
    }

    [Fact]
    public async Task A_page_ends_after_a_bounded_number_of_rows()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { WaitingRows = 10, SegmentBytes = 16 * 1024 } }.OpenAsync();
        for (var i = 0; i < 40; i++)
        {
            await fixture.AppendAsync(1_000, ($"{i}", [A]));
        }

        var leased = (await fixture.LeaseAsync(KeyA, 1)).Single();
        await fixture.CompleteAsync(leased, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() });
        var found = new List<string>();
        var pages = 0;
        for (string? cursor = null; pages == 0 || cursor is not null; pages++)
        {
            var page = await fixture.Store.ListAsync(All with { HasFailed = true }, static _ => true, 5, cursor, default);
            found.AddRange(page.Items.Select(item => item.EventId));
            cursor = page.Next;
        }

        found.ShouldBe(["0"]);
        pages.ShouldBeGreaterThan(3);
        fixture.Files.Count().ShouldBeGreaterThan(2);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1-2")]
    [InlineData("9-0-0-0")]
    public async Task An_invalid_cursor_or_id_lists_nothing(string text)
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]));

        var page = await fixture.Store.ListAsync(All, static _ => true, 5, text, default);
        (page.Items.Count, page.Next).ShouldBe((0, null));
        (await ListAsync(fixture, All with { DeliveryId = text })).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_retry_makes_deliveries_due_in_their_order_and_survives_a_restart()
    {
        await using var fixture = await new SqliteDeliveryFixture { Settings = new() { SegmentBytes = 64 * 1024 } }.OpenAsync();
        for (var i = 0; i < 12; i++)
        {
            await fixture.AppendAsync(8_000, ($"{i}", [A, B]));
        }

        foreach (var (number, delivery) in (await fixture.LeaseAsync(KeyA)).Index())
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromMinutes(1 + number) });
        }

        (await fixture.LeaseAsync(KeyA)).ShouldBeEmpty();
        var one = (await ListAsync(fixture, All with { HasFailed = true })).Single(delivery => delivery.EventId == "7").Id;
        (await fixture.Store.RetryAsync(All with { DeliveryId = one }, static _ => true, default)).ShouldBeEquivalentTo(new DueDeliveries(1, new HashSet<SubscriptionKey> { KeyA }));
        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["7"]);

        (await fixture.Store.RetryAsync(All with { FunctionId = "a" }, static _ => true, default)).Count.ShouldBe(12);
        await fixture.ReopenAsync();
        (await fixture.LeaseIdsAsync(KeyA)).Order().ShouldBe(Enumerable.Range(0, 12).Select(i => $"{i}").Order());

        // Files are counted some time after the store is open.
        await Eventually.HoldsAsync(() => fixture.Store.Count == 24, "all deliveries are counted once");
    }

    [Fact]
    public async Task A_retry_leaves_what_is_being_called()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]), ("3", [A]));
        (await fixture.LeaseAsync(KeyA, 1)).Single().IsBeingCalled = true;

        (await fixture.Store.RetryAsync(All, static _ => true, default)).Count.ShouldBe(2);

        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["2", "3"]);
    }

    [Fact]
    public async Task A_retry_of_more_deliveries_than_fit_into_a_transaction_counts_each_once()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(0, [.. Enumerable.Range(0, 2_500).Select(i => ($"{i}", (Route[])[A]))]);
        var due = fixture.Time.GetUtcNow() + TimeSpan.FromHours(1);
        foreach (var delivery in await fixture.LeaseAsync(KeyA, 2_500))
        {
            await fixture.Store.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = due }, default);
        }

        await fixture.Store.FlushAsync();
        (await fixture.Store.RetryAsync(All, static _ => true, default)).Count.ShouldBe(2_500);
        (await fixture.LeaseAsync(KeyA, 3_000)).Length.ShouldBe(2_500);
    }

    [Fact]
    public async Task A_retry_that_failed_after_its_commit_loses_no_delivery()
    {
        var fails = false;
        await using var fixture = await new SqliteDeliveryFixture
        {
            Settings = new() { Committed = () => _ = fails ? throw new IOException("failed") : 0, FailureDelay = TimeSpan.FromMilliseconds(1) },
        }.OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]));
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() + TimeSpan.FromHours(1) });
        }

        fails = true;
        await Should.ThrowAsync<IOException>(async () => await fixture.Store.RetryAsync(All, static _ => true, default));
        fails = false;

        (await fixture.LeaseIdsAsync(KeyA)).ShouldBe(["1", "2"]);
    }

    private static async Task<IReadOnlyList<WaitingDelivery>> ListAsync(SqliteDeliveryFixture fixture, WaitingFilter filter) =>
        (await fixture.Store.ListAsync(filter, static _ => true, 100, null, default)).Items;

    private static async Task FailAsync(SqliteDeliveryFixture fixture, string error, int status)
    {
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var now = fixture.Time.GetUtcNow();
        await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA, 1)).Single(), new DeliveryVerdict(DeliveryFate.Retried)
        {
            RetryAt = now + TimeSpan.FromMinutes(1),
            Attempt = new DeliveryAttempt(now, TimeSpan.Zero, FunctionOutcome.Retryable, status, error),
        });
    }
}
