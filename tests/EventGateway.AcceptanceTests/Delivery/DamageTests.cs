using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>
/// Damages each file of a data directory in every way and starts the program. Either the program names the file and refuses to
/// start, or it names the file, sets it aside and delivers the rest. It always delivers the events that it accepts afterwards.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Type = "damage.event";
    private const string DeadType = "damage.dead";
    private const int Dead = 60;
    private const int New = 20;

    // A shorter log belongs to the next file, which the program prepares in advance.
    private const int MinLogBytes = 64 * 1024;

    private static readonly double[] Positions = [0, 0.25, 0.5, 0.8, 1];

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();
    private readonly StringBuilder _table = new();

    // Set by ./test.sh --damage all.
    private static bool AllCases => Environment.GetEnvironmentVariable("DAMAGE") is "all";

    private string Filled => Path.Combine(_directory.Path, "filled");

    private string Other => Path.Combine(_directory.Path, "other");

    public async ValueTask InitializeAsync()
    {
        await FillAsync(Other, new Sender());
        await FillAsync(Filled, _sender);
    }

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Names_the_damaged_file_and_delivers_the_rest()
    {
        var failures = new List<string>();
        _table.AppendLine("| file | damage | at | outcome |").AppendLine("|---|---|---|---|");
        foreach (var damage in ListCases())
        {
            try
            {
                await TryAsync(damage);
            }
            catch (Exception exception) when (exception is ShouldAssertException or TimeoutException)
            {
                failures.Add($"{damage}: {exception.Message}");
                Report(damage, "**FAILED**");
            }
        }

        output.WriteLine(_table.ToString());
        if (Environment.GetEnvironmentVariable("DAMAGE_TABLE") is { Length: > 0 } path)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, _table.ToString(), TestContext.Current.CancellationToken);
        }

        failures.ShouldBeEmpty();
    }

    private static string NameOf(DamageKind kind) => kind switch
    {
        DamageKind.CutInHalf => "cut in half",
        DamageKind.ZeroPage => "page of zeros",
        DamageKind.RandomBytes => "random bytes",
        DamageKind.Header => "header overwritten",
        DamageKind.OtherStore => "another store's file",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private IEnumerable<DamageCase> ListCases()
    {
        var current = FindCurrent(Filled)!;
        string[] databases = ["deliveries/1.db", $"deliveries/{current}", "deliveries/dead-letters.db", "deliveries/replays.db", "config.db"];
        if (!AllCases)
        {
            return
            [
                new("deliveries/1.db", DamageKind.ZeroPage, 0.5),
                new("deliveries/1.db", DamageKind.Deleted),
                new($"deliveries/{current}", DamageKind.Header),
                new($"deliveries/{current}-wal", DamageKind.Deleted),
                new("deliveries/dead-letters.db", DamageKind.OtherStore),
                new("config.db", DamageKind.Empty),
            ];
        }

        string[] logs = [.. databases.Select(static file => file + "-wal").Where(file => File.Exists(Path.Combine(Filled, file)))];
        return
            from file in databases.Concat(logs)
            from kind in Enum.GetValues<DamageKind>()
            where kind is not DamageKind.OtherStore || file.EndsWith(".db", StringComparison.Ordinal)
            from position in kind is DamageKind.ZeroPage or DamageKind.RandomBytes ? Positions.Select(static position => (double?)position) : [null]
            select new DamageCase(file, kind, position);
    }

    // Returns the file that the program currently writes to, or null until it is at least the third file.
    private static string? FindCurrent(string directory) =>
        Directory.EnumerateFiles(Path.Combine(directory, "deliveries"), "*.db-wal")
            .Where(static file => char.IsAsciiDigit(Path.GetFileName(file)[0]) && LengthOf(file) > MinLogBytes)
            .Select(static file => Path.GetFileName(file)[..^"-wal".Length])
            .Where(static name => Number(name) > 2)
            .MaxBy(Number);

    // The program deletes the log of a file that it no longer writes to.
    private static long LengthOf(string file)
    {
        try
        {
            return new FileInfo(file).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static int Number(string name) => int.Parse(name[..^".db".Length], CultureInfo.InvariantCulture);

    // Afterwards events wait in several files, others are dead letters, and the program is killed.
    private async Task FillAsync(string directory, Sender sender)
    {
        await using (var gateway = await StartAsync(directory))
        {
            var retries = new JsonObject { ["backoffDelay"] = "PT0.2S", ["maxDelay"] = "PT0.5S" };
            await gateway.SubscribeAsync(_functions, "waits", new FunctionAnswer { Status = 503 }, "/", "async", Type, retries);
            await gateway.SubscribeAsync(_functions, "dies", new FunctionAnswer { Status = 400 }, "/", "async", DeadType);
            var dying = new Sender("d");
            for (var i = 0; i < Dead; i++)
            {
                (await dying.TrySendAsync(gateway, "/", DeadType, 1000)).ShouldBe(202);
            }

            await Eventually.TrueAsync(async () => await CountDeadLettersAsync(gateway) == Dead, "all dead letters are stored");
            await SendAndKillAsync(gateway, directory, sender);
        }

        // Send more, because a new file has no log yet.
        while (FindCurrent(directory) is null)
        {
            await using var again = await StartAsync(directory);
            await SendAndKillAsync(again, directory, sender);
        }
    }

    private static async Task SendAndKillAsync(GatewayProcess gateway, string directory, Sender sender)
    {
        do
        {
            var sent = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => sender.TrySendAsync(gateway, "/", Type, 1000)));
            sent.ShouldAllBe(static status => status == 202);
            sender.Accepted.Count.ShouldBeLessThan(10_000);
        }
        while (FindCurrent(directory) is null);
        await gateway.KillAsync();
    }

    private async Task TryAsync(DamageCase damage)
    {
        var directory = Path.Combine(_directory.Path, "case");
        Copy(Filled, directory);
        try
        {
            damage.Apply(directory, Other);
            _functions["/waits"] = new FunctionAnswer();
            var from = _functions.Count;
            await using var gateway = GatewayProcess.Launch(OptionsFor(directory));
            if (!await gateway.TryBecomeReadyAsync())
            {
                (await gateway.WaitForExitAsync()).ShouldBe(1);
                await Eventually.TrueAsync(() => gateway.Output.Contains("Cannot start", StringComparison.Ordinal), "the log contains the reason");
                gateway.Output.ShouldContain(Path.GetFileName(damage.File).Replace("-wal", "", StringComparison.Ordinal));
                gateway.Output.ShouldNotContain("Unhandled exception");
                Report(damage, "refused by name");
                return;
            }

            await ServeAsync(damage, gateway, from);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task ServeAsync(DamageCase damage, GatewayProcess gateway, int from)
    {
        var sender = new Sender("new");
        for (var i = 0; i < New; i++)
        {
            (await sender.TrySendAsync(gateway, "/", Type)).ShouldBe(202, gateway.Output);
        }

        await Eventually.TrueAsync(
            () => sender.MissingAt(_functions, "/waits", from).Count == 0, $"all accepted events are delivered; the gateway wrote {gateway.Output}");
        await Eventually.TrueAsync(
            async () => _sender.MissingAt(_functions, "/waits", from).Count == 0 || await ReadBacklogAsync(gateway) == 0,
            $"no delivery waits; the gateway wrote {gateway.Output}");

        var waiting = _sender.Accepted.Count;
        var delivered = waiting - _sender.MissingAt(_functions, "/waits", from).Count;
        var letters = await CountDeadLettersAsync(gateway);
        var ready = (await gateway.Config.GetAsync("/readyz")).Text.TrimEnd();
        var file = damage.File.Replace("-wal", "", StringComparison.Ordinal);
        if (delivered < waiting || letters != Dead)
        {
            gateway.Output.ShouldContain(file);
            ready.ShouldStartWith("degraded: ");
            ready.ShouldContain(file);
        }

        gateway.Output.Split('\n').Count(static line => line.Contains(" fail: ", StringComparison.Ordinal)).ShouldBeLessThan(10, gateway.Output);
        var kind = ready.Contains(".damaged-", StringComparison.Ordinal) ? "set aside" : ready.Contains("missing", StringComparison.Ordinal) ? "missing"
            : ready.Contains("damaged events", StringComparison.Ordinal) ? "in use, damaged events named" : "in use";
        Report(damage, $"{kind}; {delivered} of {waiting} delivered, {letters} of {Dead} dead letters");
    }

    private void Report(DamageCase damage, string outcome)
    {
        var at = damage.Position is { } position ? $"{position * 100:0} %" : "";
        _table.AppendLine(CultureInfo.InvariantCulture, $"| `{damage.File}` | {NameOf(damage.Kind)} | {at} | {outcome} |");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, "deliveries"));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static async Task<int> CountDeadLettersAsync(GatewayProcess gateway)
    {
        var answer = await gateway.Config.GetAsync("/v1/spaces/default/deadletters?limit=1000");
        answer.Status.ShouldBe(200, answer.ToString());
        return answer.Json["deadLetters"]!.AsArray().Count;
    }

    private static async Task<int> ReadBacklogAsync(GatewayProcess gateway)
    {
        var metrics = (await gateway.Config.GetAsync("/metrics")).Text.Split('\n');
        var line = metrics.Single(static line => line.StartsWith("eventgateway_events_backlog", StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static Task<GatewayProcess> StartAsync(string directory) => GatewayProcess.StartAsync(OptionsFor(directory));

    // The small retention size makes the files small, so that there are several.
    private static GatewayOptions OptionsFor(string directory) =>
        new() { DataDirectory = directory, Arguments = ["--log-level", "error", "--retention-size", "4000000"] };
}
