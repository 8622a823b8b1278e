using System.CommandLine;
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

        root.SetAction((parsed, _) => Read(parsed, out var errors) is { } options ? run(options) : RefuseAsync(errors));
        var parsed = root.Parse([.. args.Select(LongForm)]);
        if (parsed.Action is ParseErrorAction)
        {
            var mistakes = parsed.Errors.Select(error => error.Message);
            if (parsed.CommandResult.Command == doctor)
            {
                return RefuseAsync(mistakes, DoctorCommand.Unusable);
            }

            // Adds the errors in the values of known options, so that all errors are shown at once.
            _ = Read(parsed, out var errors);
            return RefuseAsync([.. mistakes, .. errors]);
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
        if (!SettingsFile.TryRead(out var settings, out var error))
        {
            errors = [error];
            return null;
        }

        var texts = OptionNames.All.ToDictionary(option => option.Name, option => Find(option, parsed, settings), StringComparer.Ordinal);
        var options = GatewayOptionsReader.Read(name => texts[name], out errors);
        errors = [.. SettingsFile.Check(settings), .. errors];
        return errors.Count == 0 ? options : null;
    }

    // The documentation of 0.9 has long names with one dash (-dev).
    private static string LongForm(string argument) =>
        argument is ['-', not '-', _, ..] && !char.IsDigit(argument[1]) ? "-" + argument : argument;

    // Returns the text of an option from the first source that sets it, or null.
    private static string? Find(OptionName option, ParseResult parsed, IConfiguration settings)
    {
        if (parsed.GetResult(option.Argument) is OptionResult { Implicit: false } given)
        {
            return Join(given.Tokens.Select(token => token.Value).TakeLast(option.IsList ? int.MaxValue : 1));
        }

        var variable = Set(Environment.GetEnvironmentVariable(option.Variable));
        return option.IsList
            ? variable?.Replace(Path.PathSeparator, OptionNames.ValueSeparator)
                ?? Set(settings[option.Key] ?? Join(settings.GetSection(option.Key).GetChildren().Select(child => child.Value)))
            : variable ?? Set(settings[option.Key]);
    }

    private static string Join(IEnumerable<string?> values) => string.Join(OptionNames.ValueSeparator, values);

    // Compose files and unit files pass on unset variables as empty ones.
    private static string? Set(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
