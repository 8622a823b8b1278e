using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Stores.Sqlite.Doctor;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>A page of waiting deliveries is lost. The deliveries wait again when their subscription is certain, and are reported otherwise.</summary>
public sealed class LostDeliveriesTests
{
    private const int Events = 600;
    private const int PageBytes = 4096;
    private const byte LeafOfIndex = 0x0A;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restores_deliveries_when_the_file_has_one_subscription(bool byDoctor)
    {
        await using var fixture = await FillAsync(_ => A);
        var leased = await fixture.LeaseAsync(KeyA, 20);
        foreach (var delivery in leased)
        {
            var isDone = delivery.EventId is "0" or "5";
            await fixture.CompleteAsync(
                delivery, isDone ? new DeliveryVerdict(DeliveryFate.Delivered) : new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() });
        }

        await fixture.Store.DisposeAsync();
        LoseLeaf(fixture);
        var saved = byDoctor ? Repair(fixture).Saved : null;
        await fixture.OpenAsync();

        var ids = await fixture.LeaseIdsAsync(KeyA, Events);
        ids.ShouldBe(Enumerable.Range(0, Events).Select(n => $"{n}").Except(["0", "5"]), ignoreOrder: true);
        fixture.Store.Count.ShouldBe(Events - 2);
        saved ??= Errors(fixture).ShouldHaveSingleItem();
        saved.ShouldContain($"{Events - 2} waiting deliveries");
        saved.ShouldContain(" lost deliveries wait again");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reports_the_number_of_events_without_deliveries_when_the_subscription_is_uncertain(bool byDoctor)
    {
        await using var fixture = await FillAsync(n => n % 2 == 0 ? A : B);
        await fixture.Store.DisposeAsync();
        LoseLeaf(fixture);
        var told = byDoctor ? string.Join(' ', Repair(fixture).Lost) : null;
        await fixture.OpenAsync();

        string[] ids = [.. await fixture.LeaseIdsAsync(KeyA, Events), .. await fixture.LeaseIdsAsync(KeyB, Events)];
        string[] lost = [.. Enumerable.Range(0, Events).Select(n => $"{n}").Except(ids)];
        lost.ShouldNotBeEmpty();
        told ??= Errors(fixture).ShouldHaveSingleItem();
        told.ShouldContain($"The state of {lost.Length} events is unknown: ");
        told.ShouldContain($"Their ids: {string.Join(", ", lost.Take(20))}, …");
    }

    [Fact]
    public async Task Restores_a_delivery_that_waited_for_a_retry()
    {
        await using var fixture = await FillAsync(n => n % 2 == 0 ? A : B);

        // Deliveries that wait for a retry come after those without an attempt.
        var leased = await fixture.LeaseAsync(KeyB, 40);
        foreach (var delivery in leased)
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.Retried) { RetryAt = fixture.Time.GetUtcNow() });
        }

        await fixture.Store.DisposeAsync();
        LoseLeaf(fixture, last: true);
        await fixture.OpenAsync();

        var again = await fixture.LeaseAsync(KeyB, Events);
        again.Select(delivery => delivery.EventId).ShouldBeUnique();
        again.Where(delivery => delivery.Attempts == 1).Select(delivery => delivery.EventId)
            .ShouldBe(leased.Select(delivery => delivery.EventId), ignoreOrder: true);
        Errors(fixture).ShouldHaveSingleItem().ShouldContain(" lost deliveries wait again");
    }

    [Fact]
    public async Task Restores_nothing_when_no_log_is_kept()
    {
        await using var fixture = await FillAsync(_ => A, new SqliteDeliveryOptions { Retention = TimeSpan.Zero });
        await fixture.Store.DisposeAsync();
        LoseLeaf(fixture);
        await fixture.OpenAsync();

        var left = (await fixture.LeaseIdsAsync(KeyA, Events)).Length;
        left.ShouldBeLessThan(Events);
        Errors(fixture).ShouldHaveSingleItem().ShouldContain($"The state of {Events - left} events is unknown: ");
    }

    private static IEnumerable<string> Errors(SqliteDeliveryFixture fixture) =>
        fixture.Logger.Entries.Where(entry => entry.Level >= LogLevel.Error).Select(entry => entry.Text);

    private static RepairReport Repair(SqliteDeliveryFixture fixture)
    {
        using var doctor = StoreDoctor.Open(fixture.Root, TimeProvider.System);
        return doctor.Repair(doctor.Examine()).ShouldHaveSingleItem();
    }

    private static async Task<SqliteDeliveryFixture> FillAsync(Func<int, Route> to, SqliteDeliveryOptions? options = null)
    {
        var fixture = await new SqliteDeliveryFixture { Options = options ?? new SqliteDeliveryOptions() }.OpenAsync();
        await fixture.AppendAsync([.. Enumerable.Range(0, Events).Select(n => ($"{n}", new[] { to(n) }))]);
        return fixture;
    }

    // A leaf page of the table of deliveries. The attempts have pages of the same kind, but fill only their first one.
    private static void LoseLeaf(SqliteDeliveryFixture fixture, bool last = false)
    {
        var path = fixture.PathOf("1.db");
        long attempts;
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var root = new Statement(connection, "SELECT rootpage FROM sqlite_schema WHERE name = 'attempts'");
            attempts = root.RunForNumber();
        }

        var bytes = File.ReadAllBytes(path);
        var leaves = Enumerable.Range(1, (bytes.Length / PageBytes) - 1)
            .Where(page => bytes[page * PageBytes] == LeafOfIndex && page + 1 != attempts).ToArray();
        leaves.Length.ShouldBeGreaterThan(2);
        bytes.AsSpan((last ? leaves[^1] : leaves[1]) * PageBytes, PageBytes).Clear();
        File.WriteAllBytes(path, bytes);
    }
}
