using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;

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

        root.SetAction(async (parsed, _) =>
        {
            if (!TryReadSettings(out var settings))
            {
                return 1;
            }

            var gateway = GatewayOptionsReader.Read(name => Find(parsed, options[name], settings, name), out var errors);
            return errors.Count == 0 ? await run(gateway) : await RefuseAsync(errors);
        });
        var parsed = root.Parse([.. args.Select(LongForm)]);
        if (parsed.Action is ParseErrorAction)
        {
            // Together with what is wrong with the values of the options that are known.
            var errors = parsed.Errors.Select(error => error.Message).ToList();
            if (TryReadSettings(out var settings))
            {
                GatewayOptionsReader.Read(name => Find(parsed, options[name], settings, name), out var more);
                errors.AddRange(more);
            }

            return RefuseAsync(errors);
        }

        // The parser's own handling of signals would end the process after two seconds, whatever is still to be finished.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync(error);
        }

        return 1;
    }

    private static bool TryReadSettings([NotNullWhen(true)] out IConfiguration? settings)
    {
        try
        {
            settings = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true).Build();
            return true;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine($"appsettings.json is not valid JSON: {e.InnerException?.Message ?? e.Message}");
            settings = null;
            return false;
        }
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
