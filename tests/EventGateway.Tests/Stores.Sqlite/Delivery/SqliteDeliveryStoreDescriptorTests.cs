using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>The number of open descriptors does not grow with the number of files.</summary>
public sealed class SqliteDeliveryStoreDescriptorTests(ITestOutputHelper output)
{
    private const int Files = 40;
    private const int OpenFiles = 4;

    // A connection that reads and one that writes have the file and its log open, and both share the index of the log.
    private const int DescriptorsOfFile = 5;

    private static readonly DeliveryVerdict Delivered = new(DeliveryFate.Delivered);

    [Fact]
    public async Task Files_with_waiting_deliveries_are_open_only_while_they_are_read()
    {
        await using var fixture = await OpenAsync();
        await FillAsync(fixture);
        await fixture.ReopenAsync();
        await IsOpenAtMostAsync(fixture, 1);

        var leased = new List<LeasedDelivery>();
        for (LeasedDelivery[] some = [null!]; some.Length > 0; leased.AddRange(some))
        {
            some = await fixture.LeaseAsync(KeyA, 10);
        }

        // One of them may be the current one.
        await IsOpenAtMostAsync(fixture, OpenFiles + 1);
        foreach (var delivery in leased.Where((_, i) => i % 2 == 0))
        {
            await fixture.CompleteAsync(delivery, Delivered);
        }

        await IsOpenAtMostAsync(fixture, (2 * OpenFiles) + 1);
        leased.Count.ShouldBeGreaterThan(Files);
    }

    [Fact]
    public async Task Idle_files_are_closed()
    {
        await using var fixture = await OpenAsync();
        await FillAsync(fixture);
        await fixture.LeaseAsync(KeyA, 1_000);
        await Eventually.HoldsAsync(() => fixture.OpenSegments.Files.Length > 1);

        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await fixture.Store.FlushAsync();
        fixture.Store.CloseIdleFiles();

        // The current file stays open.
        await IsOpenAtMostAsync(fixture, 1);
    }

    [Fact]
    public async Task Files_that_are_kept_for_the_log_are_closed()
    {
        await using var fixture = await OpenAsync();
        for (var i = 0; fixture.Files.Count() < Files; i++)
        {
            await fixture.AppendAsync(4_000, ($"{i}", [A]));
            await fixture.CompleteAsync((await fixture.LeaseAsync(KeyA)).Single(), Delivered);
        }

        (await fixture.Store.ListAsync(new EventFilter { Space = "default" }, 1_000, null, default)).Items.Count.ShouldBeGreaterThan(Files);
        await IsOpenAtMostAsync(fixture, OpenFiles + 1);
    }

    private static Task<SqliteDeliveryFixture> OpenAsync() =>
        new SqliteDeliveryFixture { Settings = new DeliveryStoreSettings { SegmentBytes = 16 * 1024, OpenFiles = OpenFiles, ReadyLength = 1 } }.OpenAsync();

    private static async Task FillAsync(SqliteDeliveryFixture fixture)
    {
        for (var i = 0; fixture.Files.Count() < Files; i++)
        {
            (await fixture.AppendAsync(4_000, ($"{i}", [A]))).IsAccepted.ShouldBeTrue();
        }
    }

    private async Task IsOpenAtMostAsync(SqliteDeliveryFixture fixture, int files)
    {
        // The maintenance opens files for a short time.
        await Eventually.HoldsAsync(() => fixture.OpenSegments is var (names, descriptors) && names.Length <= files && descriptors <= files * DescriptorsOfFile);
        output.WriteLine($"{fixture.Files.Count()} files, {fixture.OpenSegments.Descriptors} descriptors.");
    }
}
