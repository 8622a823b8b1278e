using System.Globalization;

namespace EventGateway.Benchmarks;

/// <summary>The command line: the scenarios to run, and how long.</summary>
internal sealed record Settings
{
    public const string Usage =
        "Usage: EventGateway.Benchmarks [sync|async|durable|backlog|fanout|raw|signing|batching|scale|startup|compare|all] [--rounds 5] [--seconds 10] [--warmup 10] [--count 100000] [--waiting 1000000] [--gateway PATH] [--against PATH]";

    private static readonly string[] All = ["sync", "async", "durable", "backlog", "fanout", "raw", "signing", "batching", "scale", "startup"];

    /// <summary>The scenarios in the order in which they run. Default: all except <c>compare</c>.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = All;

    /// <summary>How often each contestant runs. Results are medians of the rounds. Default: 5.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How long each contestant runs in a round. Default: 10 s.</summary>
    public TimeSpan Round { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long each contestant runs before the measurement starts. Default: 10 s.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many subscriptions the scenario <c>scale</c> creates. Default: 100,000.</summary>
    public int Count { get; init; } = 100_000;

    /// <summary>How many deliveries wait in the scenario <c>backlog</c>. Default: 1,000,000.</summary>
    public int Waiting { get; init; } = 1_000_000;

    /// <summary>The gateway's program, a <c>.dll</c> or an executable. Default: the program that was built with this benchmark.</summary>
    public string Gateway { get; init; } = DefaultGateway();

    /// <summary>Another build of the gateway. The scenario <c>compare</c> compares <see cref="Gateway"/> with it. Default: null.</summary>
    public string? Against { get; init; }

    public static bool TryParse(string[] args, out Settings settings, out string? problem)
    {
        settings = new Settings();
        problem = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "all")
            {
                continue;
            }

            if (args[i] is "compare" || All.Contains(args[i], StringComparer.Ordinal))
            {
                settings = settings with { Scenarios = [args[i]] };
                continue;
            }

            var option = args[i];
            if (++i == args.Length)
            {
                problem = $"\"{option}\" is not a scenario, or it is an option without a value.";
                return false;
            }

            var number = 0;
            if (option is not ("--gateway" or "--against")
                && (!int.TryParse(args[i], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number == 0))
            {
                problem = $"{option} takes a number of at least 1, not \"{args[i]}\".";
                return false;
            }

            switch (option)
            {
                case "--gateway": settings = settings with { Gateway = Path.GetFullPath(args[i]) }; break;
                case "--against": settings = settings with { Against = Path.GetFullPath(args[i]) }; break;
                case "--rounds": settings = settings with { Rounds = number }; break;
                case "--seconds": settings = settings with { Round = TimeSpan.FromSeconds(number) }; break;
                case "--warmup": settings = settings with { Warmup = TimeSpan.FromSeconds(number) }; break;
                case "--count": settings = settings with { Count = Math.Max(number, 2000) }; break;
                case "--waiting": settings = settings with { Waiting = number }; break;
                default: problem = $"Unknown option {option}."; return false;
            }
        }

        if (settings.Scenarios.Contains("compare", StringComparer.Ordinal) && settings.Against is null)
        {
            problem = "The scenario compare needs the option --against PATH.";
            return false;
        }

        return true;
    }

    // From bench/EventGateway.Benchmarks/bin/<configuration>/net10.0 to src/EventGateway/bin/<configuration>/net10.0.
    private static string DefaultGateway()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = output.Parent?.Name ?? "Release";
        return Path.GetFullPath(Path.Combine(
            output.FullName, "..", "..", "..", "..", "..", "src", "EventGateway", "bin", configuration, output.Name, "event-gateway.dll"));
    }
}
