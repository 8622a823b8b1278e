using System.CommandLine;
using System.CommandLine.Invocation;
using EventGateway.Doctor;

namespace EventGateway.Options;

/// <summary>The command line of the program.</summary>
internal static class CommandLine
{
    /// <summary>Parses the arguments and runs the program with the options they give.</summary>
    /// <returns>The exit code: 0 after a clean stop or help, 1 for options that are wrong or a start that failed.</returns>
    public static Task<int> RunAsync(string[] args, Func<GatewayOptions, Task<int>> run)
    {
        var options = OptionNames.All.ToDictionary(option => option.Name, OptionNames.Create, StringComparer.Ordinal);
        var root = new RootCommand("Event Gateway: routes events that arrive over HTTP to functions.");
        foreach (var option in options.Values)
        {
            root.Options.Add(option);
        }

        foreach (var name in OptionNames.Obsolete.Keys)
        {
            options[name] = new Option<string>("--" + name) { Hidden = true };
            root.Options.Add(options[name]);
        }

        var doctor = DoctorCommand.Create();
        root.Subcommands.Add(doctor);
        root.SetAction(async (parsed, _) =>
        {
            var (gateway, errors) = Read(parsed, options);
            return gateway is null ? await RefuseAsync(errors) : await run(gateway);
        });
        var parsed = root.Parse([.. args.Select(LongForm)]);
        if (parsed.Action is ParseErrorAction && parsed.CommandResult.Command == doctor)
        {
            return RefuseAsync(parsed.Errors.Select(error => error.Message), DoctorCommand.Unusable);
        }

        if (parsed.Action is ParseErrorAction)
        {
            // Together with what is wrong with the values of the options that are known.
            return RefuseAsync([.. parsed.Errors.Select(error => error.Message), .. Read(parsed, options).Errors]);
        }

        // The parser's own handling of signals would end the process after two seconds, whatever is still to be finished.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> errors, int exitCode = 1)
    {
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync(error);
        }

        return exitCode;
    }

    private static (GatewayOptions? Options, IReadOnlyList<string> Errors) Read(ParseResult parsed, Dictionary<string, Option> options)
    {
        if (!SettingsFile.TryRead(out var settings, out var error))
        {
            return (null, [error]);
        }

        var gateway = GatewayOptionsReader.Read(name => Find(parsed, options[name], settings, name), out var errors);
        errors = [.. SettingsFile.Check(settings), .. errors];
        return (errors.Count == 0 ? gateway : null, errors);
    }

    // The documentation of 0.9 wrote long names with one dash (-dev).
    private static string LongForm(string argument) =>
        argument is ['-', not '-', _, ..] && !char.IsDigit(argument[1]) ? "-" + argument : argument;

    // Compose files and unit files pass variables on that nobody has set.
    private static string? Set(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Join(IEnumerable<string?> values) => string.Join(OptionNames.ValueSeparator, values);

    private static string? Find(ParseResult parsed, Option option, IConfiguration settings, string name)
    {
        if (parsed.GetResult(option) is { Implicit: false } given)
        {
            return name == OptionNames.Plugin ? Join(given.Tokens.Select(token => token.Value))
                : given.Tokens.Count == 0 ? string.Empty
                : given.Tokens[^1].Value;
        }

        var known = new OptionName(name, string.Empty);
        return name == OptionNames.Plugin
            ? Set(Environment.GetEnvironmentVariable(known.Variable)?.Replace(Path.PathSeparator, OptionNames.ValueSeparator))
                ?? Set(settings[known.Key] ?? Join(settings.GetSection(known.Key).GetChildren().Select(child => child.Value)))
            : Set(Environment.GetEnvironmentVariable(known.Variable)) ?? Set(settings[known.Key]);
    }
}
