using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Operation;

/// <summary>The program starts, or prints why it does not.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Refuses_a_data_directory_that_another_process_uses()
    {
        using var directory = new TemporaryDirectory();
        await using var first = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = directory.Path });
        await using var second = GatewayProcess.Launch(new GatewayOptions { DataDirectory = directory.Path });

        (await second.WaitForExitAsync()).ShouldNotBe(0);

        second.Output.ShouldContain(directory.Path);
        second.Output.ShouldContain("another");
        second.Output.ShouldNotContain("Unhandled exception");
        (await first.Config.GetAsync("/readyz")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Opens_the_data_directory_of_a_killed_process()
    {
        using var directory = new TemporaryDirectory();
        var options = new GatewayOptions { DataDirectory = directory.Path };
        await using (var first = await GatewayProcess.StartAsync(options))
        {
            (await first.Config.PostAsync("/v1/spaces/default/eventtypes", """{"name":"kept"}""")).Status.ShouldBe(201);
        }

        await using var second = await GatewayProcess.StartAsync(options);

        (await second.Config.GetAsync("/v1/spaces/default/eventtypes/kept")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Accepts_no_request_before_the_configuration_is_loaded()
    {
        using var directory = new TemporaryDirectory();
        await using var functions = new FunctionServer();
        await using (var first = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = directory.Path }))
        {
            await first.SubscribeAsync(functions, "f", new FunctionAnswer(), "/f", "async", "loaded.event");
        }

        // Each read from disk is delayed, so that requests are sent before the configuration is loaded.
        await using var second = GatewayProcess.Launch(new GatewayOptions { DataDirectory = directory.Path, FailingCalls = "pread64:delay_enter=20000" });
        var answers = new List<int>();
        await Eventually.TrueAsync(
            async () =>
            {
                answers.Add(await new Delivery.Sender().TrySendAsync(second, "/f", "loaded.event"));
                return answers[^1] is not 0;
            },
            "the first request is answered",
            TimeSpan.FromSeconds(60));

        answers[^1].ShouldBe(202);
        answers.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Refuses_to_open_the_Configuration_API_to_the_network_without_authentication()
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--config-host", "0.0.0.0"] });

        (await gateway.WaitForExitAsync()).ShouldNotBe(0);

        gateway.Output.ShouldContain("--insecure");
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    [Fact]
    public async Task Opens_the_Configuration_API_to_the_network_with_the_option_insecure()
    {
        await using var gateway = await GatewayProcess.StartAsync("--config-host", "0.0.0.0", "--insecure");

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Fact]
    public async Task Names_every_mistake_of_the_command_line_the_environment_and_the_settings_file_at_once()
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions
        {
            Arguments = ["--event-prot", "1", "--retention", "1y"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EVENT_GATEWAY_LOG_LEVL"] = "debug",
                ["EVENT_GATEWAY_WORKERS"] = "many",
                ["EVENT_GATEWAY_PORT"] = "tcp://10.0.0.11:4000",
            },
            Settings = """{"EventGatway": {}, "EventGateway": {"max-event-sise": 1}}""",
        });

        (await gateway.WaitForExitAsync()).ShouldBe(1);

        await Eventually.TrueAsync(() => gateway.Output.Contains("EventGateway\"?", StringComparison.Ordinal), "all errors are written");
        gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(
        [
            "--retention is \"1y\"; accepted: a number of seconds (30), a number with a unit (500ms, 30s, 15m, 24h, 7d) or ISO 8601 (PT24H), from 0s to 3650d.",
            "EVENT_GATEWAY_WORKERS is \"many\"; accepted: a number from 1 to 100000.",
            "Unknown environment variable \"EVENT_GATEWAY_LOG_LEVL\". Did you mean \"EVENT_GATEWAY_LOG_LEVEL\"?",
            "Unknown option \"--event-prot\". Did you mean \"--events-port\"?",
            "Unknown option \"max-event-sise\" in EventGateway of appsettings.json. Did you mean \"max-event-size\"?",
            "Unknown section \"EventGatway\" in appsettings.json. Did you mean \"EventGateway\"?",
        ]);
    }

    [Fact]
    public async Task Names_a_host_that_is_not_this_machine()
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = ["--events-host", "192.0.2.1"] });

        (await gateway.WaitForExitAsync()).ShouldBe(1);

        const string Error = "Cannot start: --events-host is 192.0.2.1, and this machine has no such address. Choose one of its addresses, localhost or *.";
        await Eventually.TrueAsync(() => gateway.Output.Contains(Error, StringComparison.Ordinal), Error);
    }

    [Fact]
    public async Task Starts_with_the_variables_that_Kubernetes_sets_for_a_service_of_its_name()
    {
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EVENT_GATEWAY_SERVICE_HOST"] = "10.0.0.11",
                ["EVENT_GATEWAY_SERVICE_PORT_EVENTS"] = "4000",
                ["EVENT_GATEWAY_PORT_4000_TCP_ADDR"] = "10.0.0.11",
                ["EVENT_GATEWAY_EVENTS_PORT"] = "tcp://10.0.0.11:4000",
            },
        });

        (await gateway.StopAsync()).ShouldBe(0, gateway.Output);
    }

    [Theory]
    [InlineData("--events-port", "none")]
    [InlineData("--log-level", "loud")]
    [InlineData("--no-such-option", "1")]
    public async Task Names_an_invalid_option(string option, string value)
    {
        await using var gateway = GatewayProcess.Launch(new GatewayOptions { Arguments = [option, value] });

        (await gateway.WaitForExitAsync()).ShouldNotBe(0);

        gateway.Output.ShouldContain(option);
        gateway.Output.ShouldNotContain("Unhandled exception");
    }

    [Fact]
    public async Task Accepts_options_without_effect_with_a_warning()
    {
        await using var gateway = await GatewayProcess.StartAsync("-db-hosts", "localhost:2379", "--embed-peer-addr", "x", "--embed-cli-addr", "y");

        gateway.Output.ShouldContain("db-hosts");
        gateway.Output.ShouldContain("embed-peer-addr");
        gateway.Output.ShouldContain("embed-cli-addr");
    }

    [Fact]
    public async Task Reads_options_from_the_environment()
    {
        await using var gateway = await GatewayProcess.StartAsync(
            new GatewayOptions { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["EVENT_GATEWAY_MAX_EVENT_SIZE"] = "10" } });

        (await gateway.Events.SendAsync(new RawRequest("POST", "/") { Body = new byte[11] })).Status.ShouldBe(413);
    }

    [Fact]
    public async Task Listens_on_this_machine_only_for_a_developer_and_prints_the_addresses()
    {
        await using var gateway = await GatewayProcess.StartAsync("--dev");
        await Eventually.TrueAsync(() => gateway.Output.Contains("Configuration API  ", StringComparison.Ordinal), "the addresses are printed");

        gateway.Output.ShouldStartWith("Event Gateway 0.1.0 starts for development, with the state in ");
        gateway.Output.ShouldContain($"Events API         http://localhost:{gateway.EventsPort}");
        gateway.Output.ShouldContain($"Configuration API  http://127.0.0.1:{gateway.ConfigPort}");
        ListenersOf(gateway.EventsPort).ShouldNotBeEmpty();
        ListenersOf(gateway.EventsPort).ShouldAllBe(static listener => System.Net.IPAddress.IsLoopback(listener.Address));
    }

    [Fact]
    public async Task Prints_that_every_address_is_open_to_a_developer_who_asks_for_it()
    {
        await using var gateway = await GatewayProcess.StartAsync("--dev", "--events-host", "*");
        await Eventually.TrueAsync(() => gateway.Output.Contains("Configuration API  ", StringComparison.Ordinal), "the addresses are printed");

        gateway.Output.ShouldContain($"Events API         http://localhost:{gateway.EventsPort} (on every address of this machine)");
        ListenersOf(gateway.EventsPort).ShouldContain(static listener => !System.Net.IPAddress.IsLoopback(listener.Address));
    }

    private static System.Net.IPEndPoint[] ListenersOf(int port) =>
        [.. System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => listener.Port == port)];
}
