using System.CommandLine;
using System.CommandLine.Parsing;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Options;

/// <summary>Words the errors of the command line.</summary>
internal static class ArgumentErrors
{
    /// <summary>Returns the errors of arguments that are not options, and of options without a value or with several.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="commands">The names of the commands.</param>
    public static IEnumerable<string> Find(ParseResult parsed, IReadOnlyCollection<string> commands) =>
        Unknown(parsed, commands).Concat(OptionNames.All.Select(option => Count(option, parsed)).OfType<string>());

    private static IEnumerable<string> Unknown(ParseResult parsed, IReadOnlyCollection<string> commands)
    {
        var unknown = new Queue<string>(parsed.UnmatchedTokens);
        var before = "";
        foreach (var token in parsed.Tokens.Select(static token => token.Value))
        {
            if (unknown.TryPeek(out var next) && next == token)
            {
                unknown.Dequeue();
                if (token.StartsWith('-'))
                {
                    yield return UnknownOption(token);
                }
                else if (IsSwitch(before))
                {
                    yield return $"{before} is \"{token}\"; accepted: true or false.";
                }
                else if (!before.StartsWith('-') || IsKnown(before))
                {
                    // Otherwise the value of an option that is unknown.
                    yield return $"Unknown argument \"{token}\". "
                        + (NearestName.Find(token, commands) is { } command ? $"Did you mean \"{command}\"?" : "Options begin with --; --help lists them.");
                }
            }

            before = token;
        }
    }

    private static string UnknownOption(string token)
    {
        var name = token.Split('=', ':')[0];
        return NearestName.Find(name.TrimStart('-'), [.. OptionNames.Current, "help", "version"]) is { } nearest
            ? $"Unknown option \"{name}\". Did you mean \"--{nearest}\"?"
            : $"Unknown option \"{name}\". --help lists the options.";
    }

    private static string? Count(OptionName option, ParseResult parsed) => parsed.GetResult(option.Argument) switch
    {
        OptionResult { Implicit: false, Tokens.Count: 0 } when !option.IsSwitch => $"{option.Argument} has no value; accepted: {option.Usage}.",
        OptionResult { IdentifierTokenCount: > 1 and var count } when !option.IsList => $"{option.Argument} is set {count} times; accepted: once.",
        _ => null,
    };

    private static bool IsKnown(string argument) => OptionNames.All.Any(option => option.Argument == argument);

    private static bool IsSwitch(string argument) => OptionNames.All.Any(option => option.IsSwitch && option.Argument == argument);
}
