using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Doctor;
using EventGateway.Tests.Harness;
using EventGateway.Tests.Stores.Sqlite.Delivery;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Doctor;

/// <summary>The repair of a configuration never ends in an empty one.</summary>
public sealed class StoreDoctorTests : IDisposable
{
    private const int PageBytes = 4096;

    private static readonly ConfigKey FunctionKey = new("default", ConfigKind.Function, "hello");

    private static readonly SubscriptionDeletion Deletion = new("default", "deleted");

    private readonly TemporaryDirectory _directory = new();

    private string Database => _directory["config.db"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_configuration_without_readable_resources_stays_in_place()
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Database, Cancellation);
        bytes.AsSpan(0, PageBytes).Clear();
        await File.WriteAllBytesAsync(Database, bytes, Cancellation);

        var repair = Repair().ShouldHaveSingleItem();

        repair.Saved.ShouldStartWith("Nothing: no resource can be read. ");
        repair.Original.ShouldBeNull();
        (await File.ReadAllBytesAsync(Database, Cancellation)).ShouldBe(bytes);
        Directory.GetFiles(_directory.Path, "config.db*").ShouldBe([Database]);
        await Should.ThrowAsync<ConfigStoreRefusedException>(OpenAsync);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(44, 4)]
    [InlineData(60, 4)]
    [InlineData(68, 4)]
    public async Task A_configuration_with_a_damaged_header_is_refused_and_repaired(int offset, int length)
    {
        await FillAsync();
        var bytes = await File.ReadAllBytesAsync(Database, Cancellation);
        bytes.AsSpan(offset, length).Fill(0x5A);
        await File.WriteAllBytesAsync(Database, bytes, Cancellation);
        await Should.ThrowAsync<ConfigStoreRefusedException>(OpenAsync);

        Repair().ShouldHaveSingleItem().Saved.ShouldBe("1 resources were saved.");

        await using var store = await OpenAsync();
        (await store.GetAsync(FunctionKey, Cancellation)).ShouldNotBeNull();
        (await store.ListDeletionsAsync(Cancellation)).ShouldBe([Deletion]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repair_that_was_interrupted_between_its_renames_is_finished(bool byDoctor)
    {
        await FillAsync();
        File.Move(Database, Database + ".salvaged");

        if (byDoctor)
        {
            Repair().ShouldHaveSingleItem().Name.ShouldBe("config.db");
        }

        await using var store = await OpenAsync();
        (await store.GetAsync(FunctionKey, Cancellation)).ShouldNotBeNull();
        File.Exists(Database + ".salvaged").ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_manifest_is_reported_when_files_carry_the_id_of_a_store()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        await fixture.Store.DisposeAsync();
        File.Delete(Path.Combine(fixture.Root, "manifest.json"));
        using var doctor = StoreDoctor.Open(fixture.Root, TimeProvider.System);

        var report = doctor.Examine();

        report.IsHealthy.ShouldBeFalse();
        report.Files.Where(file => file.Problems.Count > 0).ShouldHaveSingleItem().Name.ShouldBe("manifest.json");
        report.Files[0].Problems.ShouldBe([
            "It is missing, so missing files cannot be detected. Put it back, or start the gateway: it lists the files that are there. Compare them with a backup."]);
        File.Exists(Path.Combine(fixture.Root, "manifest.json")).ShouldBeFalse();
        doctor.Repair(report).ShouldHaveSingleItem().Saved.ShouldStartWith("It lists the ");
        doctor.Examine().IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task A_configuration_alone_needs_no_manifest()
    {
        await FillAsync();
        File.Delete(_directory["manifest.json"]);
        using var doctor = StoreDoctor.Open(_directory.Path, TimeProvider.System);

        doctor.Examine().IsHealthy.ShouldBeTrue();
    }

    private IReadOnlyList<RepairReport> Repair()
    {
        using var doctor = StoreDoctor.Open(_directory.Path, TimeProvider.System);
        return doctor.Repair(doctor.Examine());
    }

    private async Task FillAsync()
    {
        await using var store = await OpenAsync();
        await store.CreateAsync(FunctionKey, "1"u8.ToArray(), Cancellation);

        // A deletion that the delivery store has not made.
        var key = new ConfigKey(Deletion.Space, ConfigKind.Subscription, Deletion.SubscriptionId);
        var created = await store.CreateAsync(key, "1"u8.ToArray(), Cancellation);
        await store.DeleteAsync(key, created.Revision, Cancellation);
    }

    private Task<SqliteConfigStore> OpenAsync() =>
        SqliteConfigStore.OpenAsync(_directory.Path, TimeProvider.System, NullLogger.Instance, Cancellation).AsTask();
}
