using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Engine.Delivery;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Harness;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>A delivery store in a directory of its own, which can be opened again.</summary>
internal sealed class SqliteDeliveryFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static Route A { get; } = TestRoutes.To(TestRoutes.OfType("test", "a"));

    public static Route B { get; } = TestRoutes.To(TestRoutes.OfType("test", "b"));

    public static SubscriptionKey KeyA { get; } = new("default", "sub-a", "a");

    public static SubscriptionKey KeyB { get; } = new("default", "sub-b", "b");

    public SteppedTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public SqliteDeliveryOptions Options { get; set; } = new();

    public DeliveryStoreSettings Settings { get; set; } = new() { FailureDelay = TimeSpan.FromMilliseconds(1) };

    public RecordingLogger<SqliteDeliveryStore> Logger { get; } = new();

    public string Root => _directory.Path;

    public SqliteDeliveryStore Store { get; private set; } = null!;

    public IEnumerable<string> Files => Directory.EnumerateFiles(_directory["deliveries"], "*.db")
        .Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name is not ("dead-letters" or "replays"));

    /// <summary>The names of the segments' files that this process has open, and with how many descriptors.</summary>
    public (string[] Files, int Descriptors) OpenSegments
    {
        get
        {
            var open = Directory.EnumerateFiles("/proc/self/fd")
                .Select(descriptor => new FileInfo(descriptor).LinkTarget)
                .OfType<string>()
                .Where(path => path.StartsWith(_directory["deliveries"], StringComparison.Ordinal))
                .Select(path => Path.GetFileName(path).Split('.')[0])
                .Where(name => int.TryParse(name, out _))
                .ToList();
            return ([.. open.Distinct()], open.Count);
        }
    }

    public string DeadLettersFile => PathOf("dead-letters.db");

    public string PathOf(string file) => Path.Combine(_directory["deliveries"], file);

    public long BytesOf(string file) => new FileInfo(Path.Combine(_directory["deliveries"], file)) is { Exists: true } info ? info.Length : 0;

    public long Bytes => new DirectoryInfo(_directory["deliveries"]).EnumerateFiles().Sum(LengthOf);

    public long LengthOf(string file) => new FileInfo(Path.Combine(_directory["deliveries"], file)).Length;

    public async Task<SqliteDeliveryFixture> OpenAsync()
    {
        Store = await SqliteDeliveryStore.OpenAsync(_directory.Path, Options, Time, Logger, Settings, default);
        return this;
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Opens a copy of the present files, as after a crash.</summary>
    /// <param name="step">The change of the wall clock meanwhile.</param>
    /// <param name="lost">A file that the crash loses.</param>
    /// <param name="boot">The boot of the machine under which the store was in use. Null means the present one.</param>
    public async Task<SqliteDeliveryFixture> CrashAsync(TimeSpan step = default, string? lost = null, string? boot = null)
    {
        var copy = new SqliteDeliveryFixture { Options = Options, Settings = Settings };
        copy.Time.Step(Time.GetUtcNow() + step - copy.Time.GetUtcNow());
        Directory.CreateDirectory(copy._directory["deliveries"]);

        // The index of a log changes while it is copied, so only that of a lost log is. The next file may be in the making: its index
        // could be copied without its log, which no crash does.
        var index = lost?.Replace("-wal", "-shm", StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_directory["deliveries"])
            .Where(file => Path.GetFileName(file) is var name && name != lost && (name == index || !name.EndsWith("-shm", StringComparison.Ordinal))))
        {
            try
            {
                File.Copy(file, Path.Combine(copy._directory["deliveries"], Path.GetFileName(file)));
            }
            catch (FileNotFoundException)
            {
                // The journal of a file exists only while the file is created.
            }
        }

        if (lost is not null)
        {
            var manifest = await File.ReadAllTextAsync(_directory["manifest.json"]);
            var current = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
            await File.WriteAllTextAsync(copy._directory["manifest.json"], manifest.Replace(current, boot ?? current, StringComparison.Ordinal));
        }

        return await copy.OpenAsync();
    }

    public async Task<AcceptResult> AppendAsync(int bytes, DeliveryCause cause, params (string Id, Route[] Routes)[] events) => await Store.AppendAsync(
        [.. events.Select(item => new EventDeliveries(DispatcherFixture.Event(item.Id, bytes), item.Routes) { Cause = cause })], default);

    public Task<AcceptResult> AppendAsync(int bytes, params (string Id, Route[] Routes)[] events) => AppendAsync(bytes, DeliveryCause.Accepted, events);

    public Task<AcceptResult> AppendAsync(params (string Id, Route[] Routes)[] events) => AppendAsync(0, events);

    public async Task<LeasedDelivery[]> LeaseAsync(SubscriptionKey key, int most = 100)
    {
        var window = new LeasedDelivery[most];
        var lease = await Store.LeaseAsync(key, window, default);
        return window[..lease.Count];
    }

    public async Task<string[]> LeaseIdsAsync(SubscriptionKey key, int most = 100) =>
        [.. (await LeaseAsync(key, most)).Select(delivery => delivery.EventId)];

    public async Task CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict)
    {
        await Store.CompleteAsync(delivery, verdict, default);
        await Store.FlushAsync();
    }

    // The background may delete files meanwhile.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
