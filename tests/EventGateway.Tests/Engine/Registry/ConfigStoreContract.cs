using System.Text;
using EventGateway.Abstractions.Config;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>What every config store must do; each adapter derives a class from it.</summary>
public abstract class ConfigStoreContract : IAsyncLifetime
{
    private static readonly ConfigKey Key = new("default", ConfigKind.Function, "hello");

    private IConfigStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Is_empty_and_at_revision_zero_at_first()
    {
        var contents = await _store.LoadAsync(Cancellation);
        contents.Entries.ShouldBeEmpty();
        contents.Revision.ShouldBe(0);
        (await _store.GetAsync(Key, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Returns_what_was_created()
    {
        var written = await _store.CreateAsync(Key, Json("1"), Cancellation);
        written.ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Stored, 1));
        var entry = (await _store.GetAsync(Key, Cancellation)).ShouldNotBeNull();
        entry.Key.ShouldBe(Key);
        Text(entry.Json).ShouldBe("1");
        entry.Revision.ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_its_own_copy_of_what_was_written()
    {
        var buffer = "1"u8.ToArray();
        await _store.CreateAsync(Key, buffer, Cancellation);
        buffer[0] = (byte)'2';
        Text((await _store.GetAsync(Key, Cancellation))!.Json).ShouldBe("1");
        Text((await ChangesAsync(0, 1))[0].Json!.Value).ShouldBe("1");
    }

    [Fact]
    public async Task Refuses_to_create_over_what_is_there()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        var second = await _store.CreateAsync(Key, Json("2"), Cancellation);
        second.ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 1));
        Text((await _store.GetAsync(Key, Cancellation))!.Json).ShouldBe("1");
    }

    [Fact]
    public async Task Updates_only_the_expected_revision()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        (await _store.UpdateAsync(Key, Json("2"), 7, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 1));
        (await _store.UpdateAsync(Key, Json("2"), 1, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Stored, 2));
        (await _store.UpdateAsync(Key, Json("3"), 1, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 2));
        Text((await _store.GetAsync(Key, Cancellation))!.Json).ShouldBe("2");
    }

    [Fact]
    public async Task Lists_the_deletion_of_a_subscription_until_it_was_made_in_all_files()
    {
        var subscription = Key with { Kind = ConfigKind.Subscription, Id = "s" };
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        await _store.CreateAsync(subscription, Json("2"), Cancellation);
        await _store.DeleteAsync(Key, 1, Cancellation);
        await _store.DeleteAsync(subscription, 7, Cancellation);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();

        await _store.DeleteAsync(subscription, 2, Cancellation);
        var listed = (await _store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem();
        listed.ShouldBe(new SubscriptionDeletion("default", "s"));

        await _store.SaveDeletionAsync(listed with { Files = [3, 12] }, Cancellation);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().Files.ShouldBe([3, 12]);
        (await _store.LoadAsync(Cancellation)).Revision.ShouldBe(4);

        // A subscription that is created again changes nothing. When it is deleted again, all files are concerned.
        await _store.CreateAsync(subscription, Json("3"), Cancellation);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().Files.ShouldBe([3, 12]);
        await _store.DeleteAsync(subscription, 5, Cancellation);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().Files.ShouldBeNull();

        await _store.SaveDeletionAsync(listed with { Files = [] }, Cancellation);
        await _store.SaveDeletionAsync(listed with { Files = [3] }, Cancellation);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deletes_only_the_expected_revision()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        (await _store.DeleteAsync(Key, 7, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 1));
        (await _store.DeleteAsync(Key, 1, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Stored, 2));
        (await _store.DeleteAsync(Key, 1, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 0));
        (await _store.GetAsync(Key, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Deletes_several_entries_or_none()
    {
        var subscription = new ConfigKey("default", ConfigKind.Subscription, "s");
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        await _store.CreateAsync(subscription, Json("2"), Cancellation);

        (await _store.DeleteAllAsync([new ConfigRevision(subscription, 2), new ConfigRevision(Key, 7)], Cancellation))
            .ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 1));
        (await _store.LoadAsync(Cancellation)).Entries.Count.ShouldBe(2);
        (await _store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();

        (await _store.DeleteAllAsync([new ConfigRevision(subscription, 2), new ConfigRevision(Key, 1)], Cancellation))
            .ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Stored, 4));
        (await _store.LoadAsync(Cancellation)).Entries.ShouldBeEmpty();
        (await _store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().SubscriptionId.ShouldBe("s");
        (await ChangesAsync(2, 2)).Select(change => (change.Key, change.Json.HasValue, change.Revision)).ShouldBe([(subscription, false, 3), (Key, false, 4)]);
    }

    [Fact]
    public async Task Does_not_update_what_is_not_there()
    {
        (await _store.UpdateAsync(Key, Json("1"), 1, Cancellation)).ShouldBe(new ConfigWriteResult(ConfigWriteStatus.Conflict, 0));
        (await _store.LoadAsync(Cancellation)).Revision.ShouldBe(0);
    }

    [Fact]
    public async Task Never_gives_a_revision_twice_even_after_a_delete()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        await _store.DeleteAsync(Key, 1, Cancellation);
        (await _store.CreateAsync(Key, Json("2"), Cancellation)).Revision.ShouldBe(3);
    }

    [Fact]
    public async Task Tells_keys_apart_by_space_kind_and_id_to_the_letter()
    {
        ConfigKey[] keys =
        [
            Key, Key with { Space = "other" }, Key with { Kind = ConfigKind.EventType }, Key with { Id = "Hello" },
            Key with { Id = "GET%2Fhello" }, Key with { Id = "héllo 世界 🎈" },
        ];
        foreach (var key in keys)
        {
            (await _store.CreateAsync(key, Json(key.Id), Cancellation)).Status.ShouldBe(ConfigWriteStatus.Stored);
        }

        foreach (var key in keys)
        {
            Text((await _store.GetAsync(key, Cancellation))!.Json).ShouldBe(key.Id);
        }

        (await _store.LoadAsync(Cancellation)).Entries.Select(e => e.Key).ShouldBe(keys, ignoreOrder: true);
    }

    [Fact]
    public async Task Feeds_writes_from_before_and_after_the_watch_began()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        var watched = ChangesAsync(0, 3);
        await _store.UpdateAsync(Key, Json("2"), 1, Cancellation);
        await _store.DeleteAsync(Key, 2, Cancellation);

        var changes = await watched;
        changes.Select(c => c.Revision).ShouldBe([1, 2, 3]);
        changes.ShouldAllBe(c => c.Key == Key);
        Text(changes[0].Json!.Value).ShouldBe("1");
        Text(changes[1].Json!.Value).ShouldBe("2");
        changes[2].Json.ShouldBeNull();
    }

    [Fact]
    public async Task Feeds_nothing_for_a_write_that_conflicted()
    {
        await _store.CreateAsync(Key, Json("1"), Cancellation);
        await _store.CreateAsync(Key, Json("2"), Cancellation);
        await _store.UpdateAsync(Key, Json("3"), 1, Cancellation);
        (await ChangesAsync(0, 2)).Select(c => Text(c.Json!.Value)).ShouldBe(["1", "3"]);
    }

    [Fact]
    public async Task Refuses_a_feed_from_a_revision_that_is_yet_to_come()
    {
        await Should.ThrowAsync<ConfigFeedGapException>(() => ChangesAsync(5, 1));
    }

    [Fact]
    public async Task Ends_a_feed_when_it_is_cancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var watched = ChangesAsync(0, 1, source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watched);
    }

    [Fact]
    public async Task Lets_one_of_many_concurrent_creates_win()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 64)
            .Select(i => Task.Run(async () => (i, await _store.CreateAsync(Key, Json($"{i}"), Cancellation)))));
        var winner = results.Where(r => r.Item2.Status is ConfigWriteStatus.Stored).ShouldHaveSingleItem();
        Text((await _store.GetAsync(Key, Cancellation))!.Json).ShouldBe($"{winner.i}");
        results.ShouldAllBe(r => r.Item2.Revision == 1);
    }

    [Fact]
    public async Task Loses_no_update_when_many_count_at_once()
    {
        await _store.CreateAsync(Key, Json("0"), Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 10;)
            {
                var entry = (await _store.GetAsync(Key, Cancellation))!;
                var next = int.Parse(Text(entry.Json)) + 1;
                var result = await _store.UpdateAsync(Key, Json($"{next}"), entry.Revision, Cancellation);
                done += result.Status is ConfigWriteStatus.Stored ? 1 : 0;
            }
        })));
        Text((await _store.GetAsync(Key, Cancellation))!.Json).ShouldBe("160");
    }

    [Fact]
    public async Task A_load_and_the_feed_after_it_see_every_write_once()
    {
        const int Writes = 500;
        var writing = Task.Run(() => Parallel.ForEachAsync(Enumerable.Range(0, Writes), Cancellation, async (i, cancellation) =>
            await _store.CreateAsync(Key with { Id = $"f{i}" }, Json($"{i}"), cancellation)));

        var seen = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var contents = await _store.LoadAsync(Cancellation);
            contents.Entries.Count.ShouldBe((int)contents.Revision);
            var changes = await ChangesAsync(contents.Revision, Writes - (int)contents.Revision);
            changes.Select(c => c.Revision).ShouldBe(Enumerable.Range((int)contents.Revision + 1, changes.Count).Select(r => (long)r));
            return contents.Entries.Select(e => e.Key.Id).Concat(changes.Select(c => c.Key.Id)).ToArray();
        })));
        await writing;

        var all = Enumerable.Range(0, Writes).Select(i => $"f{i}").Order().ToArray();
        foreach (var ids in seen)
        {
            ids.Order().ShouldBe(all);
        }
    }

    [Fact]
    public async Task A_cancelled_write_is_made_whole_or_not_at_all()
    {
        for (var i = 0; i < 100; i++)
        {
            var key = Key with { Id = $"f{i}" };
            using var source = new CancellationTokenSource();
            var write = _store.CreateAsync(key, Json("1"), source.Token).AsTask();
            await source.CancelAsync();
            var stored = false;
            try
            {
                stored = (await write).Status is ConfigWriteStatus.Stored;
            }
            catch (OperationCanceledException)
            {
                // It must then not be there.
            }

            ((await _store.GetAsync(key, Cancellation)) is not null).ShouldBe(stored);
        }
    }

    [Fact]
    public async Task Refuses_work_after_it_was_disposed_of()
    {
        await _store.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(() => _store.CreateAsync(Key, Json("1"), Cancellation).AsTask());
        await Should.ThrowAsync<ObjectDisposedException>(() => _store.GetAsync(Key, Cancellation).AsTask());
        await Should.ThrowAsync<ObjectDisposedException>(() => _store.LoadAsync(Cancellation).AsTask());
    }

    /// <summary>Opens an empty store.</summary>
    protected abstract ValueTask<IConfigStore> OpenAsync();

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    private async Task<List<ConfigChange>> ChangesAsync(long afterRevision, int count, CancellationToken? cancellationToken = null)
    {
        var changes = new List<ConfigChange>(count);
        if (count == 0)
        {
            return changes;
        }

        await foreach (var change in _store.WatchAsync(afterRevision, cancellationToken ?? Cancellation))
        {
            changes.Add(change);
            if (changes.Count == count)
            {
                break;
            }
        }

        return changes;
    }
}
