using System.Security.Cryptography;
using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests;

/// <summary><c>event-gateway doctor</c>, with data directories that the program has written.</summary>
public sealed class DoctorTests : IAsyncDisposable
{
    private const int Events = 200;
    private const int PageBytes = 4096;

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

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
    public async Task A_healthy_directory_is_reported_and_left_as_it_is(bool killed)
    {
        await WriteAsync(killed);
        var before = Fingerprint();

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(0, doctor.Output);
        doctor.Output.ShouldContain("Everything is healthy.");
        doctor.Output.ShouldContain("config.db: configuration, version 1");
        doctor.Output.ShouldContain("deliveries/1.db: events and deliveries, version 3");
        doctor.Output.ShouldContain($"{Events} waiting deliveries");
        doctor.Output.ShouldContain("deliveries/dead-letters.db: dead letters, version 4");
        doctor.Output.ShouldContain("deliveries/replays.db: replays, version 2");
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
    public async Task It_examines_no_directory_of_a_running_gateway()
    {
        await using var gateway = await StartAsync();

        var doctor = await DoctorRun.OfAsync("--data-dir", Data);

        doctor.ExitCode.ShouldBe(2, doctor.Output);
        doctor.Output.ShouldContain($"The data directory '{Data}' is in use by another Event Gateway (process {gateway.Id}, since ");
    }

    [Fact]
    public async Task A_wrong_command_line_is_told_apart_from_damage()
    {
        (await DoctorRun.OfAsync()).ExitCode.ShouldBe(2);
        (await DoctorRun.OfAsync("--data-dir", Data, "--bogus")).ExitCode.ShouldBe(2);
        var missing = await DoctorRun.OfAsync("--data-dir", Data);
        missing.ExitCode.ShouldBe(2);
        missing.Output.ShouldContain($"There is no data directory '{Data}'.");
        Directory.Exists(Data).ShouldBeFalse();
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = Data });

    // A directory in which all events wait: their function fails.
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

    private async Task ZeroPageAsync(int percent)
    {
        await using var file = System.IO.File.OpenWrite(File);
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
