using System.Net.Sockets;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>System calls that store events fail, under load and between crashes.</summary>
public sealed class FailingCommitTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Clients = 8;
    private const string Type = "failing.event";

    // For each transaction, the storing thread calls fsync or fdatasync once, and pwrite64 several times. The first hundred calls
    // succeed, because the program does not start when it cannot sync the files and directories that it creates.
    private static readonly string[] Failures = ["fsync,fdatasync:error=EIO:when=100+20", "pwrite64:error=EIO:when=300+97", "pwrite64:error=ENOSPC:when=400+211"];

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();
    private readonly Random _random = new();

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Delivers_every_accepted_event_when_commits_fail_and_the_program_is_killed()
    {
        string[] subscribers = [];
        for (var round = 0; round < 2 * Failures.Length; round++)
        {
            await using var gateway = await StartAsync(Failures[round % Failures.Length]);
            if (round == 0)
            {
                // The second function fails in some rounds, so that the program also stores retries.
                var retries = new JsonObject { ["backoffDelay"] = "PT0.05S", ["maxDelay"] = "PT0.5S" };
                subscribers =
                [
                    await gateway.SubscribeAsync(_functions, "steady", new FunctionAnswer(), "/", "async", Type),
                    await gateway.SubscribeAsync(_functions, "flaky", new FunctionAnswer(), "/", "async", Type, retries, newType: false),
                ];
                await gateway.SubscribeAsync(_functions, "direct", FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}"""), "/direct");
            }

            _functions["/flaky"] = new FunctionAnswer { Status = round % 2 == 1 ? 503 : 200 };
            await SendAsync(gateway, round);
        }

        _functions["/flaky"] = new FunctionAnswer();
        await using var last = await StartAsync(failures: null);
        foreach (var path in subscribers)
        {
            await _sender.ProveDeliveredAsync(_functions, path, output);
        }
    }

    // Sends until commits have failed and more events have been accepted after that. Then the program is killed or stopped.
    private async Task SendAsync(GatewayProcess gateway, int round)
    {
        var (accepted, refused) = (_sender.Accepted.Count, _sender.Refused);
        var more = _random.Next(50, 300);
        using var stop = new CancellationTokenSource();
        var sending = _sender.SendAsync(gateway, Clients, "/", Type, stop.Token);
        var direct = CallDirectlyAsync(gateway, stop.Token);
        await Eventually.TrueAsync(() => (gateway.FailedCalls > 2 && _sender.Refused > refused) || sending.IsCompleted, "commits fail");
        var resumed = _sender.Accepted.Count + more;
        await Eventually.TrueAsync(() => _sender.Accepted.Count >= resumed || sending.IsCompleted, "events are accepted again");
        (sending.IsCompleted, direct.IsCompleted).ShouldBe((false, false), gateway.Output);
        var failed = gateway.FailedCalls;
        if (round % 2 == 0)
        {
            await gateway.KillAsync();
            await stop.CancelAsync();
        }
        else
        {
            await stop.CancelAsync();
            (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
        }

        await sending;
        (await direct).ShouldBeGreaterThan(0);
        output.WriteLine(
            $"Round {round}: {_sender.Accepted.Count - accepted} accepted, {_sender.Refused - refused} refused, {failed} system calls failed.");
    }

    // Sync requests must succeed, because they do not depend on the disk.
    private static async Task<int> CallDirectlyAsync(GatewayProcess gateway, CancellationToken cancellationToken)
    {
        for (var calls = 0; ; calls++)
        {
            try
            {
                var response = await gateway.Events.SendAsync(RawRequest.With("POST", "/direct", "text/plain", "x"));
                if (cancellationToken.IsCancellationRequested || response.Incomplete || response.Status == 0)
                {
                    return calls;
                }

                (response.Status, response.Text).ShouldBe((200, "hello"));
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                return calls;
            }
        }
    }

    private Task<GatewayProcess> StartAsync(string? failures) => GatewayProcess.StartAsync(
        new GatewayOptions { DataDirectory = _directory.Path, FailingCalls = failures, Arguments = ["--log-level", "error"] });
}
