using System.Net.Sockets;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>More connections than the limit of file descriptors allows.</summary>
public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(1024, 1600, 10)]
    [InlineData(480, 1600, 3)]
    public async Task Closes_silent_connections_beyond_the_limit_and_serves_the_others(int openFiles, int connections, int rounds)
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { OpenFiles = openFiles });
        await gateway.SubscribeAsync(functions, "f", FunctionAnswer.Of("""{"statusCode":200,"body":"done"}"""), "/f");
        await gateway.SubscribeAsync(functions, "g", FunctionAnswer.Of("{}"), "/g", "async");
        using var before = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.EventsPort}") };
        (await before.PostAsync("/f", new StringContent("{}"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);

        for (var round = 1; round <= rounds; round++)
        {
            var refused = await RefusedAsync(gateway);
            var silent = await OpenAsync(gateway.EventsPort, connections);
            try
            {
                await Eventually.TrueAsync(async () => await RefusedAsync(gateway) > refused + (connections / 2), "most of the connections are closed");
                (await before.PostAsync("/f", new StringContent("{}"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
                (await before.PostAsync("/g", new StringContent("{}"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Accepted);
                (await gateway.Config.GetAsync("/readyz")).Status.ShouldBe(200);
                Directory.GetFiles($"/proc/{gateway.Id}/fd").Length.ShouldBeLessThan(openFiles - 16);
            }
            finally
            {
                silent.ForEach(static socket => socket.Dispose());
            }

            await Eventually.TrueAsync(async () => await IsServedAsync(gateway), $"new connections are served after round {round}");
        }

        gateway.Output.ShouldContain("Overload: events_connections");
        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task Refuses_to_start_with_too_few_descriptors()
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { OpenFiles = 256 });

        (await gateway.WaitForExitAsync()).ShouldBe(1);
        await Eventually.TrueAsync(() => gateway.Output.Contains("RLIMIT_NOFILE", StringComparison.Ordinal), "the log names the limit");
        gateway.Output.ShouldContain("is 256");
    }

    [Fact]
    public async Task Calls_beyond_the_limit_of_outgoing_connections_get_503_and_are_counted()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { OpenFiles = 480 });
        var release = new TaskCompletionSource();
        await gateway.SubscribeAsync(functions, "hangs", FunctionAnswer.Of("{}") with { Until = release.Task }, "/hangs");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.EventsPort}") };

        await Eventually.TrueAsync(() => Limit(gateway) is not null, "the log names the limits");
        var calls = Enumerable.Range(0, Limit(gateway)!.Value + 5).Select(_ => client.PostAsync("/hangs", new StringContent("{}"))).ToList();
        await Eventually.TrueAsync(() => calls.Any(static call => call.IsCompletedSuccessfully), "some calls are refused");

        var refused = await calls.First(static call => call.IsCompletedSuccessfully);
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("""eventgateway_overload_refusals_total{reason="outgoing_connections"}""");
        // With all outgoing connections in use, some descriptors are still free.
        var silent = await OpenAsync(gateway.EventsPort, 200);
        Directory.GetFiles($"/proc/{gateway.Id}/fd").Length.ShouldBeLessThan(480 - 16);
        silent.ForEach(static socket => socket.Dispose());
        release.SetResult();
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task A_function_that_hangs_leaves_connections_for_others()
    {
        await using var hanging = new FunctionServer();
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { OpenFiles = 480 });
        var release = new TaskCompletionSource();
        await gateway.SubscribeAsync(hanging, "hangs", FunctionAnswer.Of("{}") with { Until = release.Task }, "/hangs");
        await gateway.SubscribeAsync(functions, "f", FunctionAnswer.Of("{}") with { Headers = [new("Connection", "close")] }, "/f");
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.EventsPort}") };
        using var stop = new CancellationTokenSource();
        var refused = 0;
        await Eventually.TrueAsync(() => Limit(gateway) is not null, "the log names the limits");
        var callers = Enumerable.Range(0, Limit(gateway)!.Value + 5).Select(_ => CallAsync()).ToList();
        await Eventually.TrueAsync(() => Volatile.Read(ref refused) > 0, "some calls are refused");

        // Each call opens a new connection.
        for (var i = 0; i < 100; i++)
        {
            (await client.PostAsync("/f", new StringContent("{}"), TestContext.Current.CancellationToken)).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        }

        hanging.Count.ShouldBeInRange(1, (Limit(gateway)!.Value / 2) + 1);
        await stop.CancelAsync();
        release.SetResult();
        await Task.WhenAll(callers);

        async Task CallAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await client.PostAsync("/hangs", new StringContent("{}"));
                Interlocked.Add(ref refused, answer.StatusCode is System.Net.HttpStatusCode.ServiceUnavailable ? 1 : 0);
            }
        }
    }

    private static int? Limit(GatewayProcess gateway)
    {
        var parts = gateway.Output.Split(" to functions");
        return parts.Length > 1 ? int.Parse(parts[0].Split(' ')[^1]) : null;
    }

    private static async Task<long> RefusedAsync(GatewayProcess gateway)
    {
        const string Metric = "eventgateway_overload_refusals_total{reason=\"events_connections\"}";
        var line = (await gateway.Config.GetAsync("/metrics")).Text.Split('\n').FirstOrDefault(static line => line.StartsWith(Metric, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[Metric.Length..].Trim().Split(' ')[0]);
    }

    private static async Task<bool> IsServedAsync(GatewayProcess gateway)
    {
        try
        {
            return (await gateway.Events.PostAsync("/f", "{}")).Status == 200;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    private static async Task<List<Socket>> OpenAsync(int port, int count)
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            try
            {
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, port);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
            {
                // The gateway closed the connection before connect returned.
            }
        }

        return sockets;
    }
}
