using EventGateway.Hosting;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Hosting;

/// <summary>Where options come from. Each test has a variable of its own, since the process has only one environment.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Reads_the_environment()
    {
        using var variable = new Variable("EVENT_GATEWAY_CONFIG_PORT", "4101");

        (await ReadAsync()).Config.Port.ShouldBe(4101);
        (await ReadAsync("--config-port", "4201")).Config.Port.ShouldBe(4201);
    }

    [Fact]
    public async Task Takes_an_empty_variable_for_one_that_is_not_set()
    {
        using var number = new Variable("EVENT_GATEWAY_EVENTS_PORT", "");
        using var text = new Variable("EVENT_GATEWAY_EVENTS_HOST", "");
        using var flag = new Variable("EVENT_GATEWAY_INSECURE", "");
        using var choice = new Variable("EVENT_GATEWAY_LOG_FORMAT", "");

        var options = await ReadAsync();

        options.Events.ShouldBe(new GatewayOptions().Events);
        options.Insecure.ShouldBeFalse();
        options.LogJson.ShouldBeFalse();
    }

    [Fact]
    public async Task Tells_all_that_is_wrong_at_once_in_a_line_each()
    {
        var lines = await ErrorsAsync("--bogus", "--events-port", "x", "--plugin", "y");
        lines.Length.ShouldBe(3, string.Join('\n', lines));
        lines[0].ShouldContain("--bogus");
        lines.ShouldContain(line => line.Contains("--events-port"));
        lines.ShouldContain(line => line.Contains("--plugin"));
    }

    [Theory]
    [InlineData("--event-port 4000", "Unknown option \"--event-port\". Did you mean \"--events-port\"?")]
    [InlineData("--events_port=4000", "Unknown option \"--events_port\". Did you mean \"--events-port\"?")]
    [InlineData("-event-port 4000", "Unknown option \"--event-port\". Did you mean \"--events-port\"?")]
    [InlineData("--Workers 4", "Unknown option \"--Workers\". Did you mean \"--workers\"?")]
    [InlineData("--data-dir x", "Unknown option \"--data-dir\". Did you mean \"--embed-data-dir\"?")]
    [InlineData("--hlep", "Unknown option \"--hlep\". Did you mean \"--help\"?")]
    [InlineData("--bogus", "Unknown option \"--bogus\". --help lists the options.")]
    [InlineData("doctr", "Unknown argument \"doctr\". Did you mean \"doctor\"?")]
    [InlineData("4000", "Unknown argument \"4000\". Options begin with --; --help lists them.")]
    [InlineData("--events-port", "--events-port has no value; accepted: --events-port <port>.")]
    [InlineData("--events-port --dev", "--events-port is \"--dev\"; accepted: a number from 0 to 65535.")]
    [InlineData("--events-port 1 --events-port 2", "--events-port is set 2 times; accepted: once.")]
    [InlineData("--insecure=perhaps", "--insecure is \"perhaps\"; accepted: true or false.")]
    [InlineData("--insecure perhaps", "--insecure is \"perhaps\"; accepted: true or false.")]
    [InlineData("--compat 1.0", "--compat is \"1.0\"; accepted: 0.9.")]
    [InlineData("--retention 1y", "--retention is \"1y\"; accepted: a number of seconds (30), a number with a unit (500ms, 30s, 15m, 24h, 7d) or ISO 8601 (PT24H), from 0s to 3650d.")]
    [InlineData("--max-event-size 1M", "--max-event-size is \"1M\"; accepted: a number of bytes (1048576) or a number with a unit (512KiB, 1MiB, 10GiB, 1GB), from 1 to 1GiB.")]
    [InlineData("--event-port 1 --log-level loud", "Unknown option \"--event-port\". Did you mean \"--events-port\"?\n--log-level is \"loud\"; accepted: debug, info, warn or error.")]
    public async Task Says_what_is_wrong_and_what_is_accepted(string arguments, string errors) =>
        string.Join('\n', await ErrorsAsync(arguments.Split(' '))).ShouldBe(errors);

    [Fact]
    public async Task Names_the_environment_variable_of_a_wrong_value()
    {
        using var port = new Variable("EVENT_GATEWAY_CONFIG_TLS_KEY", "/no/key.pem");
        using var unknown = new Variable("EVENT_GATEWAY_RETENTON", "1h");

        (await ErrorsAsync()).ShouldBe(
        [
            "Unknown environment variable \"EVENT_GATEWAY_RETENTON\". Did you mean \"EVENT_GATEWAY_RETENTION\"?",
            "--config-tls-cert and --config-tls-key belong together; accepted: both or neither.",
            "EVENT_GATEWAY_CONFIG_TLS_KEY is \"/no/key.pem\"; accepted: a PEM file that exists.",
        ]);
    }

    [Fact]
    public async Task Warns_of_an_unknown_environment_variable_as_version_0_9_ignores_it()
    {
        using var unknown = new Variable("EVENT_GATEWAY_WORKER", "1");

        (await ReadAsync("--compat", "0.9")).Warnings.ShouldBe(["Unknown environment variable \"EVENT_GATEWAY_WORKER\". Did you mean \"EVENT_GATEWAY_WORKERS\"?"]);
    }

    [Fact]
    public async Task Takes_several_plug_ins_from_the_command_line_else_the_environment()
    {
        using var variable = new Variable("EVENT_GATEWAY_PLUGIN", $"/no/c.dll{Path.PathSeparator}/no/d.dll");

        (await ErrorsAsync("--plugin", "/no/a.dll", "--plugin", "/no/b:b.dll")).Select(PathOf).ShouldBe(["/no/a.dll", "/no/b:b.dll"]);
        (await ErrorsAsync()).Select(PathOf).ShouldBe(["/no/c.dll", "/no/d.dll"]);

        static string PathOf(string error) => error.Split('"')[1];
    }

    private static async Task<string[]> ErrorsAsync(params string[] arguments)
    {
        var output = Console.Error;
        await using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            (await CommandLine.RunAsync(arguments, _ => Task.FromResult(0))).ShouldBe(1);
        }
        finally
        {
            Console.SetError(output);
        }

        return errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<GatewayOptions> ReadAsync(params string[] arguments)
    {
        GatewayOptions? read = null;
        var code = await CommandLine.RunAsync(arguments, options =>
        {
            read = options;
            return Task.FromResult(0);
        });

        code.ShouldBe(0);
        return read.ShouldNotBeNull();
    }

    private sealed class Variable : IDisposable
    {
        private readonly string _name;

        public Variable(string name, string value)
        {
            _name = name;
            Environment.SetEnvironmentVariable(name, value);
            Environment.GetEnvironmentVariable(name).ShouldBe(value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, null);
    }
}
