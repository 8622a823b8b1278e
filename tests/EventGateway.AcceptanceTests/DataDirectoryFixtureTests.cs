using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;

namespace EventGateway.AcceptanceTests;

/// <summary>The program opens the data directories of older versions (<c>tests/Fixtures/DataDirectories</c>) and its own.</summary>
public sealed partial class DataDirectoryFixtureTests : IAsyncDisposable
{
    private const string Space = "/v1/spaces/default";

    private static readonly string[] Orders = [.. Enumerable.Range(1, 12).Select(number => $"order-{number}").Order(StringComparer.Ordinal)];
    private static readonly string Credentials = "Basic " + Convert.ToBase64String("gateway:s3cret"u8);

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    public static TheoryData<string> Fixtures =>
        [.. Directory.EnumerateFiles(FixtureDirectory, "*.tar.gz").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static string FixtureDirectory { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(GatewayProcess.ProgramPath)!, "../../../../../tests/Fixtures/DataDirectories"));

    private string Data => Path.Combine(_directory.Path, "data");

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Keeps_and_continues_everything_in_a_data_directory_of_an_older_version(string fixture)
    {
        await ExtractAsync(Path.Combine(FixtureDirectory, fixture));
        var replays = File.Exists(Path.Combine(Data, "deliveries", "replays.db")) ? 1 : 0;

        await using var gateway = await StartAsync();

        gateway.Output.ShouldContain("now has version");
        await ShouldContinueAsync(gateway, replays);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("kill")]
    public async Task Keeps_and_continues_everything_in_a_data_directory_of_this_version(string end)
    {
        await CreateDataDirectoryAsync(end);
        await ExtractAsync(Path.Combine(_directory.Path, "own.tar.gz"));

        await using var gateway = await StartAsync();

        gateway.Output.ShouldNotContain("now has version");
        await ShouldContinueAsync(gateway, replays: 1);
    }

    [GeneratedRegex(@"127\.0\.0\.1:\d+", RegexOptions.NonBacktracking)]
    private static partial Regex FunctionAddress { get; }

    private static async Task<JsonArray> ListAsync(GatewayProcess gateway, string path, string member)
    {
        var response = await gateway.Config.GetAsync(Space + path);
        response.Status.ShouldBe(200, response.ToString());
        return response.Json[member]!.AsArray();
    }

    private static IEnumerable<string> Read(JsonArray items, string member) =>
        items.Select(item => item![member]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal);

    private async Task ShouldContinueAsync(GatewayProcess gateway, int replays)
    {
        // The Configuration API returns the resources.
        Read(await ListAsync(gateway, "/functions", "functions"), "functionId").ShouldBe(["refuses", "takes", "waits"]);
        Read(await ListAsync(gateway, "/eventtypes", "eventTypes"), "name").ShouldBe(["order.placed"]);
        (await ListAsync(gateway, "/cors", "cors")).Count.ShouldBe(1);
        var subscriptions = await ListAsync(gateway, "/subscriptions", "subscriptions");
        Read(subscriptions, "functionId").ShouldBe(["refuses", "takes", "waits"]);
        (await ListAsync(gateway, "/replays", "replays")).Select(replay => replay!["state"]!.GetValue<string>()).ShouldBe(Enumerable.Repeat("done", replays));

        // The event log can be read.
        Read(await ListAsync(gateway, "/events?limit=100", "events"), "eventId").ShouldBe(Orders);
        var logged = await gateway.Config.GetAsync($"{Space}/events/order-3");
        logged.Json["event"]!["data"]!["note"]!.GetValue<string>().Length.ShouldBe(3000);

        // Dead letters are listed with the status of the function's answer, and can be redelivered.
        var letters = await ListAsync(gateway, "/deadletters?limit=100", "deadLetters");
        Read(letters, "eventId").ShouldBe(Orders);
        letters.ShouldAllBe(letter => letter!["status"]!.GetValue<int>() == 400);
        foreach (var function in (string[])["takes", "waits", "refuses"])
        {
            _functions["/" + function] = new FunctionAnswer();
        }

        var redelivered = await gateway.Config.PostAsync($"{Space}/deadletters/redeliver?functionId=refuses", "");
        redelivered.Json["redelivered"]!.GetValue<int>().ShouldBe(12);
        await ShouldReceiveAsync("/refuses", Orders);
        (await ListAsync(gateway, "/deadletters", "deadLetters")).ShouldBeEmpty();

        // Waiting deliveries are made, with the secrets of the function.
        var waits = subscriptions.Single(subscription => subscription!["functionId"]!.GetValue<string>() == "waits")!.AsObject();
        waits["enabled"] = true;
        var enabled = await gateway.Config.SendAsync(RawRequest.Json("PUT", $"{Space}/subscriptions/{waits["subscriptionId"]}", waits.ToJsonString()));
        enabled.Status.ShouldBe(200, enabled.ToString());
        await ShouldReceiveAsync("/waits", Orders);
        _functions.Calls().ShouldAllBe(call => call.Headers.Any(header => header.Value == Credentials));

        // Stored events can be replayed, and new events are accepted.
        var takes = subscriptions.Single(subscription => subscription!["functionId"]!.GetValue<string>() == "takes")!;
        var replay = new JsonObject { ["subscriptionId"] = takes["subscriptionId"]!.GetValue<string>() };
        (await gateway.Config.PostAsync($"{Space}/replays", replay.ToJsonString())).Status.ShouldBe(201);
        await ShouldReceiveAsync("/takes", Orders);
        var sent = await gateway.Events.SendAsync(RawRequest.With(
            "POST", "/orders", "application/cloudevents+json", """{"specversion":"1.0","id":"new","type":"order.placed","source":"/shop"}"""));
        sent.Status.ShouldBe(202, sent.ToString());
        foreach (var function in (string[])["/takes", "/waits", "/refuses"])
        {
            await ShouldReceiveAsync(function, ["new", .. Orders]);
        }
    }

    private Task ShouldReceiveAsync(string function, IEnumerable<string> ids)
    {
        var expected = ids.Order(StringComparer.Ordinal).ToArray();
        return Eventually.TrueAsync(
            () => _functions.Calls().Where(call => call.Path == function).Select(call => call.Json["id"]!.GetValue<string>())
                .Distinct().Order(StringComparer.Ordinal).SequenceEqual(expected),
            $"{function} has received {expected.Length} events");
    }

    // The maximum retention, because the events of a fixture are older than the default retention.
    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(
        new GatewayOptions { DataDirectory = Data, Arguments = ["--retention", "315360000"] });

    private async Task ExtractAsync(string fixture)
    {
        Directory.CreateDirectory(Data);
        await using var file = File.OpenRead(fixture);
        await using var gzip = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(gzip, Data, overwriteFiles: false);
        await PointToFunctionsAsync();
    }

    // Replaces the addresses of the fixture's functions with the address of the function server.
    private async Task PointToFunctionsAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "config.db")};Pooling=False");
        await connection.OpenAsync();
        connection.CreateFunction("replace_address", (byte[] json) => Encoding.UTF8.GetBytes(
            FunctionAddress.Replace(Encoding.UTF8.GetString(json), $"127.0.0.1:{_functions.Port}")));
        await using var command = connection.CreateCommand();
        command.CommandText = "UPDATE config SET json = replace_address(json)";
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
    }

    private async Task CreateDataDirectoryAsync(string end)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(FixtureDirectory, "make.js"), GatewayProcess.ProgramPath, "own", end, _directory.Path])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var make = Process.Start(start)!;
        var output = await Task.WhenAll(make.StandardOutput.ReadToEndAsync(), make.StandardError.ReadToEndAsync());
        await make.WaitForExitAsync();
        make.ExitCode.ShouldBe(0, string.Concat(output));
    }
}
