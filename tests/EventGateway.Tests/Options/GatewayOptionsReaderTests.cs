using System.Text.RegularExpressions;
using EventGateway.Abstractions.Resources;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public class GatewayOptionsReaderTests
{
    [Fact]
    public void Has_the_documented_defaults_where_nothing_is_set()
    {
        var options = Read([], out var errors);

        errors.ShouldBeEmpty();
        options.Events.ShouldBe(new ListenerOptions { Host = "*", Port = 4000 });
        options.Config.ShouldBe(new ListenerOptions { Host = "127.0.0.1", Port = 4001 });
        options.MaxEventSize.ShouldBe(1024 * 1024);
        options.CloudEventsVersion.ShouldBe("1.0");
        options.UnmatchedStatus.ShouldBe(404);
        options.TextAsBase64.ShouldBeFalse();
        options.Durability.ShouldBe(DeliveryGuarantee.AtLeastOnce);
        options.WorkersBacklogSize.ShouldBeNull();
        options.DeliveryBacklogSize.ShouldBe(10_737_418_240);
        options.Retention.ShouldBe(TimeSpan.FromHours(24));
        options.RetentionSize.ShouldBe(1_073_741_824);
        options.TrustedProxies.ShouldBeEmpty();
    }

    [Fact]
    public void Help_shows_the_defaults()
    {
        var defaults = Read([], out _);
        var shown = OptionNames.All.Select(option => (option.Name, Default: Regex.Match(option.Description, "Default: (?<value>[^ ,]+)(,| \\(|$)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))))
            .Where(option => option.Default.Success && option.Default.Groups["value"].Value is not "none")
            .ToArray();

        shown.Length.ShouldBeGreaterThan(15);
        foreach (var (name, value) in shown)
        {
            (Read([(name, value.Groups["value"].Value)], out var errors) with { Warnings = defaults.Warnings }).ShouldBe(defaults, name);
            errors.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("events-port", "4294971296")]
    [InlineData("workers", "1e3")]
    [InlineData("workers-backlog", "4294967297")]
    public void Refuses_a_number_that_is_out_of_range(string name, string text)
    {
        Read([(name, text)], out var errors);

        errors.ShouldHaveSingleItem().ShouldStartWith($"--{name} is \"{text}\"; accepted: a number from ");
    }

    [Theory]
    [InlineData("function-timeout", "0")]
    [InlineData("function-timeout", "9223372036854775808")]
    [InlineData("shutdown-timeout", "99999999999999999999999")]
    [InlineData("shutdown-timeout", "-PT1S")]
    [InlineData("retention", "9223372037")]
    [InlineData("retention", "1w")]
    [InlineData("retention", "106751992d")]
    [InlineData("raw-idle-timeout", "25h")]
    public void Refuses_a_duration_that_is_out_of_range(string name, string text)
    {
        Read([(name, text)], out var errors);

        errors.ShouldHaveSingleItem().ShouldStartWith($"--{name} is \"{text}\"; accepted: {OptionDuration.Accepted}, from ");
    }

    [Theory]
    [InlineData("max-event-size", "2147483648")]
    [InlineData("max-event-size", "1.5GiB")]
    [InlineData("retention-size", "9223372036854775808")]
    [InlineData("workers-backlog-size", "-1")]
    [InlineData("min-request-rate", "2GiB")]
    public void Refuses_a_size_that_is_out_of_range(string name, string text)
    {
        Read([(name, text)], out var errors);

        errors.ShouldHaveSingleItem().ShouldStartWith($"--{name} is \"{text}\"; accepted: {OptionSize.Accepted}, from ");
    }

    [Fact]
    public void Takes_addresses_and_networks_of_proxies()
    {
        var options = Read([("trusted-proxies", "10.0.0.0/8, 192.0.2.1,::1")], out var errors);

        errors.ShouldBeEmpty();
        options.TrustedProxies.Select(network => network.ToString()).ShouldBe(["10.0.0.0/8", "192.0.2.1/32", "::1/128"]);
    }

    [Theory]
    [InlineData("proxy.example.com", "proxy.example.com")]
    [InlineData("10.0.0.0/33,::1", "10.0.0.0/33")]
    [InlineData("::1,", "")]
    public void Refuses_other_proxies(string text, string refused)
    {
        Read([("trusted-proxies", text)], out var errors);

        errors.ShouldBe([$"--trusted-proxies is \"{refused}\"; accepted: IP addresses and networks such as 10.0.0.0/8, separated by commas."]);
    }

    [Fact]
    public void Compat_changes_its_defaults_and_nothing_else()
    {
        var options = Read([("compat", "0.9")], out var errors);

        errors.ShouldBeEmpty();
        options.ShouldBe(Read([], out _) with
        {
            CloudEventsVersion = "0.1",
            UnmatchedStatus = 202,
            TextAsBase64 = true,
            AllowsIncompleteEvents = true,
            RequestsAsIn09 = true,
            FunctionFailureStatus = 500,
            StrictResponseObjects = true,
            CredentialsFromAnyOrigin = true,
            CorsListsOwnMethod = true,
            ExclusiveSegments = true,
            IgnoresUnknown = true,
            AnyForm = true,
            HasFamilies = false,
            AnswersHead = false,
            ExposesHeaders = false,
            AnyArn = true,
            MetricsAsIn09 = true,
            Durability = DeliveryGuarantee.AtMostOnce,
            Warnings = options.Warnings,
        });
    }

    [Fact]
    public void An_option_of_its_own_wins_over_compat()
    {
        var options = Read(
            [
                ("compat", "0.9"), ("unmatched-status", "404"), ("text-as-base64", "false"), ("cloudevents-version", "1.0"),
                ("durability", "at-least-once"), ("function-failure-status", "502"), ("strict-response-objects", "false"),
            ],
            out var errors);

        errors.ShouldBeEmpty();
        options.Durability.ShouldBe(DeliveryGuarantee.AtLeastOnce);
        options.UnmatchedStatus.ShouldBe(404);
        options.FunctionFailureStatus.ShouldBe(502);
        options.StrictResponseObjects.ShouldBeFalse();
        options.TextAsBase64.ShouldBeFalse();
        options.CloudEventsVersion.ShouldBe("1.0");
    }

    [Fact]
    public void Bounds_what_the_store_keeps()
    {
        var options = Read(
            [("durability", "at-most-once"), ("retention", "0"), ("retention-size", "0"), ("delivery-backlog-size", "1024")], out var errors);

        errors.ShouldBeEmpty();
        options.Durability.ShouldBe(DeliveryGuarantee.AtMostOnce);
        options.Retention.ShouldBe(TimeSpan.Zero);
        options.RetentionSize.ShouldBe(0);
        options.DeliveryBacklogSize.ShouldBe(1024);

        Read([("durability", "exactly-once"), ("retention", "1y"), ("retention-size", "-1"), ("delivery-backlog-size", "0")], out errors);

        errors.ShouldBe(
        [
            "--durability is \"exactly-once\"; accepted: at-least-once or at-most-once.",
            "--delivery-backlog-size is \"0\"; accepted: a number of bytes (1048576) or a number with a unit (512KiB, 1MiB, 10GiB, 1GB), from 1 to 1024TiB.",
            "--retention is \"1y\"; accepted: a number of seconds (30), a number with a unit (500ms, 30s, 15m, 24h, 7d) or ISO 8601 (PT24H), from 0s to 3650d.",
            "--retention-size is \"-1\"; accepted: a number of bytes (1048576) or a number with a unit (512KiB, 1MiB, 10GiB, 1GB), from 0 to 1024TiB.",
        ]);
    }

    [Fact]
    public void Bounds_the_window_for_duplicates()
    {
        Read([], out _).DedupWindow.ShouldBe(TimeSpan.Zero);
        var options = Read([("dedup-window", "10m"), ("dedup-keys", "5000")], out var errors);

        errors.ShouldBeEmpty();
        (options.DedupWindow, options.DedupKeys).ShouldBe((TimeSpan.FromMinutes(10), 5000));

        Read([("dedup-window", "8d"), ("dedup-keys", "0")], out errors);

        errors.ShouldBe(
        [
            "--dedup-window is \"8d\"; accepted: a number of seconds (30), a number with a unit (500ms, 30s, 15m, 24h, 7d) or ISO 8601 (PT24H), from 0s to 7d.",
            "--dedup-keys is \"0\"; accepted: a number from 1 to 100000000.",
        ]);
    }

    [Fact]
    public void Reports_every_wrong_option_at_once()
    {
        Read([("events-port", "70000"), ("log-level", "loud"), ("config-tls-cert", "missing.pem"), ("events-host", "a b")], out var errors);

        errors.ShouldBe(
        [
            "--log-level is \"loud\"; accepted: debug, info, warn or error.",
            "--config-tls-cert and --config-tls-key belong together; accepted: both or neither.",
            "--config-tls-cert is \"missing.pem\"; accepted: a PEM file that exists.",
            "--events-port is \"70000\"; accepted: a number from 0 to 65535.",
            "--events-host is \"a b\"; accepted: an IP address, localhost or *.",
        ]);
    }

    [Theory]
    [InlineData("*", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("localhost", true)]
    public void Opens_the_configuration_api_to_the_network_only_when_told_so(string host, bool accepted)
    {
        Read([("config-host", host)], out var errors);
        errors.Count.ShouldBe(accepted ? 0 : 1);

        Read([("config-host", host), ("insecure", "")], out errors);
        errors.ShouldBeEmpty();
    }

    [Fact]
    public void Listens_on_this_machine_only_for_a_developer_who_gives_no_host()
    {
        Read([("dev", "")], out var errors).Events.ShouldBe(new ListenerOptions { Host = "localhost", Port = 4000 });
        Read([("dev", ""), ("events-port", "0")], out errors).Events.ShouldBe(new ListenerOptions { Host = "127.0.0.1", Port = 0 });
        Read([("dev", ""), ("events-host", "*")], out errors).Events.ShouldBe(new ListenerOptions { Host = "*", Port = 4000 });
        errors.ShouldBeEmpty();
    }

    [Fact]
    public void Has_a_listener_for_metrics_alone_when_its_port_is_given()
    {
        Read([], out var errors).Metrics.ShouldBeNull();
        Read([("metrics-port", "9090")], out errors).Metrics.ShouldBe(new ListenerOptions { Host = "127.0.0.1", Port = 9090 });
        Read([("metrics-port", "9090"), ("metrics-host", "*")], out errors).Metrics.ShouldBe(new ListenerOptions { Host = "*", Port = 9090 });
        errors.ShouldBeEmpty();

        Read([("metrics-host", "*")], out errors);
        errors.ShouldBe(["--metrics-host is set without --metrics-port; accepted: both, --metrics-port or neither."]);
        Read([("metrics-port", "4001"), ("metrics-host", "host")], out errors);
        errors.ShouldBe(["--metrics-host is \"host\"; accepted: an IP address, localhost or *."]);
        Read([("metrics-port", "4000")], out errors);
        errors.ShouldBe(["--events-port and --metrics-port are both 4000; accepted: two different ports."]);
    }

    [Fact]
    public void Warns_that_the_configuration_is_open() =>
        Read([("insecure", "")], out _).Warnings.ShouldHaveSingleItem().ShouldStartWith("--insecure: the Configuration API has no authentication");

    [Theory]
    [InlineData("*", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("10.0.0.1", "127.0.0.1", false)]
    public void Refuses_one_port_for_both_APIs_at_the_same_address(string events, string config, bool refused)
    {
        Read([("events-host", events), ("config-host", config), ("events-port", "4001")], out var errors);

        errors.ShouldBe(refused ? ["--events-port and --config-port are both 4001; accepted: two different ports."] : []);
    }

    [Fact]
    public void Warns_of_options_that_do_nothing_here() =>
        Read([("db-hosts", "127.0.0.1:2379")], out _).Warnings.ShouldHaveSingleItem().ShouldStartWith("--db-hosts does nothing here");

    private static GatewayOptions Read((string Name, string Value)[] given, out IReadOnlyList<string> errors)
    {
        var texts = given.ToDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);
        return GatewayOptionsReader.Read(name => texts.GetValueOrDefault(name) is { } text ? new OptionText(text, "--" + name) : null, out errors);
    }
}
