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
