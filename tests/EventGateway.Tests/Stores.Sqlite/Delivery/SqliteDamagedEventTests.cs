using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>The store does not deliver events whose stored bytes changed.</summary>
public sealed class SqliteDamagedEventTests
{
    private static readonly DeadLetterFilter AllLetters = new() { Space = "default" };

    [Theory]
    [InlineData("UPDATE bodies SET body = zeroblob(length(body)) WHERE event = 2", "2")]
    [InlineData("UPDATE bodies SET body = zeroblob(0) WHERE event = 2", "2")]
    [InlineData("UPDATE events SET id = 'x' WHERE n = 2", "x")]
    [InlineData("UPDATE events SET type = 'x' WHERE n = 2", "2")]
    [InlineData("UPDATE events SET format = format + 1 WHERE n = 2", "2")]
    [InlineData("UPDATE bodies SET body = (SELECT body FROM bodies WHERE event = 1) WHERE event = 2", "2")]
    public async Task A_damaged_event_is_marked_and_the_others_are_not(string damage, string id)
    {
        await using var fixture = await StoreThreeAsync();
        await DamageAsync(fixture, "1.db", damage);

        var leased = await fixture.LeaseAsync(KeyA);

        leased.Select(delivery => (delivery.EventId, delivery.IsDamaged)).ShouldBe([("1", false), (id, true), ("3", false)]);
    }

    [Fact]
    public async Task An_event_of_an_older_program_has_no_checksum_and_is_delivered()
    {
        await using var fixture = await StoreThreeAsync();
        await DamageAsync(fixture, "1.db", "UPDATE events SET checksum = NULL");

        (await fixture.LeaseAsync(KeyA)).ShouldAllBe(delivery => !delivery.IsDamaged);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\ud800")]
    [InlineData("é€😀")]
    public async Task An_unusual_id_does_not_look_like_damage(string id)
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync((id, [A]), (new string('x', 5000) + id, [A]));
        await fixture.ReopenAsync();

        (await fixture.LeaseAsync(KeyA)).Select(delivery => delivery.IsDamaged).ShouldBe([false, false]);
    }

    [Fact]
    public async Task A_dead_letter_of_a_damaged_event_is_kept_and_is_not_redelivered()
    {
        await using var fixture = await StoreThreeAsync();
        await DamageAsync(fixture, "1.db", "UPDATE bodies SET body = zeroblob(0) WHERE event = 2");
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        }

        (await fixture.Store.RedeliverAsync(AllLetters, static _ => true, default)).Count.ShouldBe(2);

        var left = (await fixture.Store.ListAsync(AllLetters, 10, null, default)).Items.ShouldHaveSingleItem();
        (left.EventId, left.IsDamaged).ShouldBe(("2", true));
        (await fixture.LeaseAsync(KeyA)).ShouldAllBe(delivery => !delivery.IsDamaged);
        (await fixture.Store.DeleteAsync(AllLetters, default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_checksum()
    {
        await using var fixture = await StoreThreeAsync();
        foreach (var delivery in await fixture.LeaseAsync(KeyA))
        {
            await fixture.CompleteAsync(delivery, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        }

        await DamageAsync(fixture, "dead-letters.db", "UPDATE dead_letters SET event = 'x' WHERE event = '2'");

        var letters = (await fixture.Store.ListAsync(AllLetters, 10, null, default)).Items;
        letters.Select(letter => (letter.EventId, letter.IsDamaged)).ShouldBe([("3", false), ("x", true), ("1", false)]);
    }

    [Fact]
    public async Task The_log_shows_damage_and_a_replay_leaves_the_event_out()
    {
        await using var fixture = await StoreThreeAsync();
        await DamageAsync(fixture, "1.db", "UPDATE bodies SET body = zeroblob(length(body)) WHERE event = 2");
        IEventLog log = fixture.Store;

        (await log.FindAsync("default", "2", null, default))!.IsDamaged.ShouldBeTrue();
        (await log.FindAsync("default", "3", null, default))!.IsDamaged.ShouldBeFalse();
        var range = new LogRange { Space = "default", EventTypes = ["test.event"], To = fixture.Time.GetUtcNow().AddDays(1) };
        var part = await fixture.Store.ReadAsync(range, null, 10, long.MaxValue, default);
        part.Events.Count.ShouldBe(2);
        part.Events.Select(body => Encoding.UTF8.GetString(body.Span)[0]).ShouldBe(['{', '{']);
    }

    [Fact]
    public async Task The_number_of_a_lost_event_is_not_used_again()
    {
        await using var fixture = await StoreThreeAsync();
        await DamageAsync(fixture, "1.db", "DELETE FROM events WHERE n = 3; DELETE FROM deliveries WHERE event = 3");

        (await fixture.AppendAsync(("4", [A]))).IsAccepted.ShouldBeTrue();

        await fixture.ReopenAsync();
        (await fixture.LeaseAsync(KeyA)).Select(delivery => (delivery.EventId, delivery.IsDamaged)).ShouldBe([("1", false), ("2", false), ("4", false)]);
    }

    private static async Task<SqliteDeliveryFixture> StoreThreeAsync()
    {
        var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync(("1", [A]), ("2", [A]), ("3", [A]));
        return fixture;
    }

    private static async Task DamageAsync(SqliteDeliveryFixture fixture, string file, string sql)
    {
        await fixture.Store.DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={fixture.PathOf(file)};Pooling=False"))
        {
            await connection.OpenAsync();
            Sql.Execute(connection, sql);
        }

        await fixture.OpenAsync();
    }
}
