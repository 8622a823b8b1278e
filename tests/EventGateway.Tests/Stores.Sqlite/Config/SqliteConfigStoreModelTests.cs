using CsCheck;
using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Config;

/// <summary>Compares the store with a dictionary, over random histories with reopenings in them.</summary>
public sealed class SqliteConfigStoreModelTests
{
    private enum Step
    {
        Create,
        Update,
        Delete,
        Reopen,
    }

    private static readonly Gen<(Step Step, int Key, int Guess, byte[] Json)[]> Histories =
        Gen.Select(
            Gen.Frequency((4, Gen.Const(Step.Create)), (4, Gen.Const(Step.Update)), (3, Gen.Const(Step.Delete)), (1, Gen.Const(Step.Reopen))),
            Gen.Int[0, 5],
            Gen.Int[-1, 3], // 0 and up: the right revision; -1: a wrong one
            Gen.Byte.Array[0, 20]).Array[1, 40];

    [Fact]
    public async Task Behaves_like_a_dictionary() => await Histories.SampleAsync(
        async history =>
        {
            using var directory = new TemporaryDirectory();
            var model = new Dictionary<ConfigKey, (byte[] Json, long Revision)>();
            var revision = 0L;
            var feed = new List<(ConfigKey Key, byte[]? Json, long Revision)>();
            var store = await OpenAsync(directory);
            var opened = 0L;
            try
            {
                foreach (var (step, index, guess, json) in history)
                {
                    if (step is Step.Reopen)
                    {
                        await CheckFeedAsync(store, opened, feed);
                        await store.DisposeAsync();
                        store = await OpenAsync(directory);
                        opened = revision;
                        feed.Clear();
                        continue;
                    }

                    var key = new ConfigKey(index < 3 ? "default" : "other", index % 2 == 0 ? ConfigKind.Cors : ConfigKind.Function, $"k{index}");
                    var there = model.TryGetValue(key, out var value);
                    var expected = step is Step.Create ? 0 : guess < 0 ? revision + 1 : Math.Max(1, value.Revision);
                    var result = step switch
                    {
                        Step.Create => await store.CreateAsync(key, json, CancellationToken.None),
                        Step.Update => await store.UpdateAsync(key, json, expected, CancellationToken.None),
                        _ => await store.DeleteAsync(key, expected, CancellationToken.None),
                    };

                    if (expected != (there ? value.Revision : 0))
                    {
                        result.ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, there ? value.Revision : 0));
                        continue;
                    }

                    result.ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Stored, ++revision));
                    feed.Add((key, step is Step.Delete ? null : json, revision));
                    if (step is Step.Delete)
                    {
                        model.Remove(key);
                    }
                    else
                    {
                        model[key] = (json, revision);
                    }
                }

                var contents = await store.LoadAsync(CancellationToken.None);
                contents.Revision.ShouldBe(revision);
                contents.Entries.Select(e => (e.Key.Id, Convert.ToHexString(e.Json.Span), e.Revision)).Order()
                    .ShouldBe(model.Select(e => (e.Key.Id, Convert.ToHexString(e.Value.Json), e.Value.Revision)).Order());
                await CheckFeedAsync(store, opened, feed);
            }
            finally
            {
                await store.DisposeAsync();
            }
        },
        iter: 100,
        threads: 2);

    private static async Task CheckFeedAsync(
        SqliteConfigStore store, long opened, List<(ConfigKey Key, byte[]? Json, long Revision)> expected)
    {
        if (expected.Count == 0)
        {
            return;
        }

        var next = 0;
        await foreach (var change in store.WatchAsync(opened, CancellationToken.None))
        {
            change.Key.ShouldBe(expected[next].Key);
            change.Json?.ToArray().ShouldBe(expected[next].Json);
            change.Json.HasValue.ShouldBe(expected[next].Json is not null);
            change.Revision.ShouldBe(expected[next].Revision);
            if (++next == expected.Count)
            {
                break;
            }
        }
    }

    private static ValueTask<SqliteConfigStore> OpenAsync(TemporaryDirectory directory) =>
        SqliteConfigStore.OpenAsync(directory.Path, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
