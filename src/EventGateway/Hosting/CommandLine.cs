using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using EventGateway.Doctor;
using EventGateway.Options;

namespace EventGateway.Hosting;

/// <summary>The command line of the program.</summary>
internal static class CommandLine
{
    /// <summary>Parses the arguments and runs the program with their options.</summary>
    /// <returns>The exit code: 0 after a clean stop or help, 1 for invalid options or a failed start.</returns>
    public static Task<int> RunAsync(string[] args, Func<GatewayOptions, Task<int>> run)
    {
        var doctor = DoctorCommand.Create();
        var root = new RootCommand("Event Gateway: routes events that arrive over HTTP to functions.") { doctor };
        foreach (var option in OptionNames.All)
        {
            root.Options.Add(option.Create());
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpOfProgram(root, (SynchronousCommandLineAction)help.Action!);
        root.SetAction((parsed, _) => Read(parsed, out var errors) is { } options ? run(options) : RefuseAsync(errors));
        var parsed = root.Parse([.. args.Select(LongForm)]);
        if (parsed.Action is ParseErrorAction)
        {
            if (parsed.CommandResult.Command == doctor)
            {
                return RefuseAsync(parsed.Errors.Select(error => error.Message), DoctorCommand.Unusable);
            }

            // Adds the errors in the values of known options, so that all errors are shown at once.
            _ = Read(parsed, out var errors);
            return RefuseAsync([.. ArgumentErrors.Find(parsed, [doctor.Name]), .. errors]);
        }

        // The parser's own signal handling would end the process after two seconds, before a clean stop is done.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> errors, int exitCode = 1)
    {
        await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, errors));
        return exitCode;
    }

    // Returns null when there are errors.
    private static GatewayOptions? Read(ParseResult parsed, out IReadOnlyList<string> errors)
    {
        var settings = SettingsFile.Read(out var fileErrors);
        var texts = OptionNames.All.ToDictionary(option => option.Name, option => Find(option, parsed, settings), StringComparer.Ordinal);
        var options = GatewayOptionsReader.Read(name => texts[name], out var optionErrors);
        string[] unknown = [.. EnvironmentVariables.Check(Environment.GetEnvironmentVariables())];
        if (options.IgnoresUnknown)
        {
            (options, unknown) = (options with { Warnings = [.. options.Warnings, .. unknown] }, []);
        }

        errors = [.. unknown, .. fileErrors, .. optionErrors];
        return errors.Count == 0 ? options : null;
    }

    // The documentation of 0.9 has long names with one dash (-dev).
    private static string LongForm(string argument) =>
        argument is ['-', not '-', _, ..] && !char.IsDigit(argument[1]) ? "-" + argument : argument;

    // Returns the text of an option from the first source that sets it, or null.
    private static OptionText? Find(OptionName option, ParseResult parsed, IConfiguration settings)
    {
        if (parsed.GetResult(option.Argument) is OptionResult { Implicit: false } given)
        {
            // An option without its value is an error of the command line.
            return given.Tokens.Count > 0 || option.IsSwitch ? new OptionText(Join(given.Tokens.Select(token => token.Value).TakeLast(option.IsList ? int.MaxValue : 1)), option.Argument) : null;
        }

        return EnvironmentVariables.Find(option) is { } variable
            ? new OptionText(option.IsList ? variable.Replace(Path.PathSeparator, OptionNames.ValueSeparator) : variable, option.Variable)
            : SettingsFile.Find(settings, option);
    }

    private static string Join(IEnumerable<string?> values) => string.Join(OptionNames.ValueSeparator, values);

    // Commands keep the help of the parser.
    private sealed class HelpOfProgram(RootCommand root, SynchronousCommandLineAction ofCommand) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command != root)
            {
                return ofCommand.Invoke(parseResult);
            }

            OptionHelp.Write(Console.Out);
            return 0;
        }
    }
}
