using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>A file with a damaged header is repaired. A file of a newer version is refused.</summary>
public sealed class SqliteDeliveryStoreHeaderTests
{
    private const int Events = 100;

    // Offsets: https://www.sqlite.org/fileformat.html#the_database_header.
    public static TheoryData<string, int, byte[]> Damages
    {
        get
        {
            var data = new TheoryData<string, int, byte[]>();
            foreach (var file in (string[])["1.db", "dead-letters.db", "replays.db"])
            {
                data.Add(file, 0, [.. Enumerable.Repeat((byte)0xA5, 100)]);
                data.Add(file, 16, [0x20, 0]); // page size
                data.Add(file, 18, [9]); // write version
                data.Add(file, 19, [9]); // read version
                data.Add(file, 20, [8]); // reserved bytes of a page
                data.Add(file, 44, [0, 0, 0, 99]); // schema format
                data.Add(file, 56, [0, 0, 0, 2]); // text encoding
                data.Add(file, 60, [0, 0, 0, 0]); // user_version
                data.Add(file, 60, [0, 0, 0, 0x44]);
                data.Add(file, 60, [0x80, 0, 0, 4]);
                data.Add(file, 60, [0x5A, 0x5A, 0x5A, 0x5A]);
                data.Add(file, 68, [1, 2, 3, 4]); // application_id
            }

            data.Add("1.db", 28, [0, 0, 0, 9]); // pages
            data.Add("1.db", 60, [0, 0, 0, 1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_header_loses_nothing_and_the_file_is_reported(string file, int offset, byte[] bytes)
    {
        await using var fixture = await FillAsync();
        using (var stream = File.OpenWrite(fixture.PathOf(file)))
        {
            stream.Position = offset;
            stream.Write(bytes);
        }

        await fixture.OpenAsync();

        fixture.Store.Faults.ShouldHaveSingleItem().ShouldBe(new StoreFault($"deliveries/{file}.damaged-20300102T030405Z", StoreFaultKind.Damaged));
        fixture.Logger.Entries.Where(entry => entry.Level >= LogLevel.Error).ShouldHaveSingleItem().Text.ShouldStartWith($"deliveries/{file} is damaged: ");
        (await fixture.LeaseIdsAsync(KeyA)).Length.ShouldBe(Events - 1);
        (await fixture.Store.ListAsync(new DeadLetterFilter { Space = "default" }, 9, null, default)).Items.ShouldHaveSingleItem();
        (await fixture.Store.ListAsync(default)).ShouldHaveSingleItem().Id.ShouldBe("r");

        await fixture.ReopenAsync();
        fixture.Store.Faults.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(40, "CREATE TABLE newer (x);")]
    public async Task A_newer_version_is_refused_even_when_a_page_is_damaged(int newer, string sql)
    {
        await using var fixture = await FillAsync();
        var version = SegmentSchema.Schema.Version + newer;
        using (var connection = new SqliteConnection($"Data Source={fixture.PathOf("1.db")};Pooling=False"))
        {
            connection.Open();
            Sql.Execute(connection, $"{sql} PRAGMA user_version = {version}");
        }

        using (var stream = File.OpenWrite(fixture.PathOf("1.db")))
        {
            stream.Position = stream.Length / 2 / 4096 * 4096;
            stream.Write(new byte[4096]);
        }

        var refused = await Should.ThrowAsync<IOException>(fixture.OpenAsync);

        refused.Message.ShouldContain($"has version {version}; this program knows versions up to {SegmentSchema.Schema.Version}. ");
        Directory.GetFiles(fixture.PathOf(""), "*.damaged-*").ShouldBeEmpty();
    }

    private static async Task<SqliteDeliveryFixture> FillAsync()
    {
        var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.AppendAsync([.. Enumerable.Range(0, Events).Select(n => ($"{n}", new[] { A, B }))]);
        var dies = (await fixture.LeaseAsync(KeyA, 1)).Single();
        await fixture.CompleteAsync(dies, new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "no" });
        var now = fixture.Time.GetUtcNow();
        await fixture.Store.SaveAsync(new Replay { Id = "r", Subscription = KeyA, To = now, EventTypes = ["test"], CreatedAt = now }, default);
        await fixture.Store.DisposeAsync();
        return fixture;
    }
}
