using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests;

/// <summary><c>event-gateway doctor</c>, with data directories that the program has written.</summary>
public sealed partial class DoctorTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Events = 200;
    private const int PageBytes = 4096;

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    [GeneratedRegex("(?<count>[0-9]+) waiting deliveries", RegexOptions.NonBacktracking)]
    private static partial Regex SavedDeliveries { get; }

    private string Data => Path.Combine(_directory.Path, "data");

    private string File => Path.Combine(Data, "deliveries", "1.db");

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_healthy_directory_is_reported_and_left_unchanged(bool killed)
    {
        await WriteAsync(killed);
        var before = Fingerprint();

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(0, doctor.Output);
        doctor.Output.ShouldContain("Everything is healthy.");
        doctor.Output.ShouldContain("config.db: configuration, version ");
        doctor.Output.ShouldContain("deliveries/1.db: events and deliveries, version ");
        doctor.Output.ShouldContain($"{Events} waiting deliveries");
        doctor.Output.ShouldContain("deliveries/dead-letters.db: dead letters, version ");
        doctor.Output.ShouldContain("deliveries/replays.db: replays, version 4");
        Fingerprint().ShouldBe(before);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(60)]
    [InlineData(95)]
    public async Task A_zeroed_page_is_reported_by_the_name_of_its_file_and_nothing_is_changed(int percent)
    {
        await WriteAsync(killed: false);
        await ZeroPageAsync(percent);
        var before = Fingerprint();

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(1, doctor.Output);
        doctor.Output.ShouldContain("PROBLEM");
        doctor.Output.Split('\n').Where(line => line.EndsWith("PROBLEM", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldStartWith("deliveries/1.db: ");
        Fingerprint().ShouldBe(before);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(60)]
    [InlineData(95)]
    public async Task A_repair_saves_the_readable_part_and_the_gateway_delivers_it(int percent)
    {
        await WriteAsync(killed: false);
        await ZeroPageAsync(percent);
        var damaged = await System.IO.File.ReadAllBytesAsync(File);

        var doctor = await DoctorRun.OfAsync("--data-dir", Data, "--repair");

        doctor.ExitCode.ShouldBe(0, doctor.Output);
        output.WriteLine(doctor.Output);
        doctor.Output.ShouldContain("Repaired deliveries/1.db: ");
        doctor.Output.ShouldContain("Everything is healthy.");
        var original = Directory.EnumerateFiles(Path.Combine(Data, "deliveries"), "1.db.damaged-*").ShouldHaveSingleItem();
        (await System.IO.File.ReadAllBytesAsync(original)).ShouldBe(damaged);
        doctor.Output.ShouldContain($"The damaged file is now deliveries/{Path.GetFileName(original)}.");
        var saved = int.Parse(SavedDeliveries.Matches(doctor.Output)[^2].Groups["count"].Value, CultureInfo.InvariantCulture);

        // A page has a few events. A lost page near the root loses none, because the pages below it are found without it.
        saved.ShouldBeGreaterThan(Events / 2);

        var before = _functions.Count;
        _functions["/f"] = new FunctionAnswer();
        await using var gateway = await StartAsync();
        await Eventually.TrueAsync(
            () => _functions.Calls(before).Where(call => call.Answer == 200).Select(call => call.Json["id"]!.GetValue<string>()).Distinct().Count() == saved, $"{saved} saved events are delivered");
        var sent = await gateway.Events.SendAsync(RawRequest.With(
            "POST", "/", "application/cloudevents+json", """{"specversion":"1.0","id":"new","type":"order.placed","source":"/shop"}"""));
        sent.Status.ShouldBe(202, sent.ToString());
        await Eventually.TrueAsync(() => _functions.Calls(before).Any(call => call.Json["id"]!.GetValue<string>() == "new"), "a new event is delivered");
    }

    [Fact]
    public async Task A_repair_saves_the_readable_part_of_a_configuration()
    {
        await WriteAsync(killed: false);
        var config = Path.Combine(Data, "config.db");
        await using (var gateway = await StartAsync())
        {
            for (var number = 0; number < 100; number++)
            {
                (await gateway.Config.PostAsync("/v1/spaces/default/eventtypes", $$"""{"name":"type-{{number}}","metadata":{"note":"{{new string('x', 200)}}"} }""")).Status.ShouldBe(201);
            }

            (await gateway.StopAsync()).ShouldBe(0);
        }

        await ZeroPageAsync(80, config);
        (await DoctorRun.OfAsync("--data-dir", Data)).ExitCode.ShouldBe(1);

        var doctor = await DoctorRun.OfAsync("--data-dir", Data, "--repair");

        output.WriteLine(doctor.Output);
        doctor.ExitCode.ShouldBe(0, doctor.Output);
        doctor.Output.ShouldContain("Repaired config.db: ");
        doctor.Output.ShouldContain("lost: the resources between default/");
        await using var again = await StartAsync();
        (await again.Config.GetAsync("/v1/spaces/default/eventtypes?limit=1000")).Json["eventTypes"]!.AsArray().Count.ShouldBeInRange(1, 101);
    }

    [Fact]
    public async Task A_missing_file_and_a_damaged_event_are_reported_by_name()
    {
        await WriteAsync(killed: false);
        System.IO.File.Delete(Path.Combine(Data, "deliveries", "dead-letters.db"));
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        "amount of X"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("amount of 7"u8)));
        await System.IO.File.WriteAllBytesAsync(File, bytes);

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(1, doctor.Output);
        doctor.Output.ShouldContain("deliveries/dead-letters.db: dead letters, 0 bytes  PROBLEM");
        doctor.Output.ShouldContain("It is missing");
        doctor.Output.ShouldContain("The checksums of 1 events are wrong, and these are not delivered: order-7");
    }

    [Fact]
    public async Task A_missing_manifest_is_reported()
    {
        await WriteAsync(killed: false);
        System.IO.File.Delete(Path.Combine(Data, "manifest.json"));

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(1, doctor.Output);
        doctor.Output.ShouldContain("manifest.json: list of files, 0 bytes  PROBLEM");
        doctor.Output.ShouldContain("It is missing, so missing files cannot be detected.");
    }

    [Fact]
    public async Task The_directory_of_a_running_gateway_is_not_examined()
    {
        await using var gateway = await StartAsync();

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(2, doctor.Output);
        doctor.Output.ShouldContain($"The data directory '{Data}' is in use by another Event Gateway (process {gateway.Id}, since ");
        doctor.Output.ShouldContain("Stop it, and run the command again.");
    }

    [Fact]
    public async Task A_full_disk_is_not_reported_as_damage()
    {
        await using (var gateway = await StartAsync())
        {
            (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
        }

        var doctor = await DoctorRun.OnFullDiskAsync(Data, megabytes: 16);

        doctor.ExitCode.ShouldBe(2, doctor.Output);
        doctor.Output.ShouldStartWith("Disk full: there is no room in '");
    }

    [Fact]
    public async Task A_wrong_command_line_is_not_reported_as_damage()
    {
        (await DoctorRun.OfAsync()).ExitCode.ShouldBe(2);
        (await DoctorRun.OfAsync("--data-dir", Data, "--bogus")).ExitCode.ShouldBe(2);
        var missing = await DoctorRun.OfAsync("--data-dir", Data);
        missing.ExitCode.ShouldBe(2);
        missing.Output.ShouldContain($"There is no data directory '{Data}'.");
        Directory.Exists(Data).ShouldBeFalse();
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = Data });

    // Writes a directory in which all events wait, because their function fails.
    private async Task WriteAsync(bool killed)
    {
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync(_functions, "f", new FunctionAnswer { Status = 503 }, "/", "async", "order.placed");
        for (var number = 0; number < Events; number++)
        {
            var sent = await gateway.Events.SendAsync(RawRequest.With(
                "POST",
                "/",
                "application/cloudevents+json",
                $$"""{"specversion":"1.0","id":"order-{{number}}","type":"order.placed","source":"/shop","data":"amount of {{number}} {{new string('x', 500)}}"}"""));
            sent.Status.ShouldBe(202, sent.ToString());
        }

        if (killed)
        {
            await gateway.KillAsync();
        }
        else
        {
            (await gateway.StopAsync()).ShouldBe(0);
        }
    }

    private async Task ZeroPageAsync(int percent, string? path = null)
    {
        await using var file = System.IO.File.OpenWrite(path ?? File);
        file.Position = file.Length * percent / 100 / PageBytes * PageBytes;
        await file.WriteAsync(new byte[PageBytes]);
    }

    private string Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith("gateway.pid", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            text.AppendLine($"{path} {Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(path)))}");
        }

        return text.ToString();
    }
}
