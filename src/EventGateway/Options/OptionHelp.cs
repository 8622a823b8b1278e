namespace EventGateway.Options;

/// <summary>Writes the text of <c>--help</c>.</summary>
internal static class OptionHelp
{
    private const int Column = 34;
    private const int Width = 110;

    /// <summary>Writes the help.</summary>
    public static void Write(TextWriter output)
    {
        output.WriteLine("Event Gateway: routes events that arrive over HTTP to functions.");
        output.WriteLine();
        output.WriteLine("Usage: event-gateway [options]");
        output.WriteLine("       event-gateway doctor --data-dir <path> [--repair]    examines a data directory, see doctor --help");
        output.WriteLine();
        output.WriteLine("Example: event-gateway --events-port 8080 --embed-data-dir /var/lib/event-gateway --retention 7d");
        foreach (var group in OptionNames.Groups)
        {
            output.WriteLine();
            output.WriteLine($"{group.Title}:");
            foreach (var option in group.Options.Where(static option => !option.IsObsolete))
            {
                WriteRow(output, option.Usage, [.. option.Description.Split(' '), $"[{option.Variable}]"]);
            }
        }

        WriteRow(output, "--version", ["Print", "the", "version."]);
        WriteRow(output, "--help, -h", ["Print", "this", "text."]);
        output.WriteLine();
        output.WriteLine($"A <duration> is {OptionDuration.Accepted}.");
        output.WriteLine($"A <size> is {OptionSize.Accepted}.");
        output.WriteLine("Each option can also be set in the environment, under the name in brackets, or in appsettings.json:");
        output.WriteLine($$$"""{"{{{OptionName.Section}}}": {"events-port": 8080}}. The command line wins over the environment, and the environment over the file.""");
        output.WriteLine();
        output.WriteLine("Documentation: docs/operating.md has all options, docs/quick-start.md the first steps.");
    }

    // Wraps the text between words.
    private static void WriteRow(TextWriter output, string name, string[] words)
    {
        var line = $"  {name}".PadRight(Column);
        if (line.Length > Column)
        {
            output.WriteLine(line);
            line = new string(' ', Column);
        }

        var isEmpty = true;
        foreach (var word in words)
        {
            if (!isEmpty && line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(line);
                (line, isEmpty) = (new string(' ', Column), true);
            }

            line += isEmpty ? word : ' ' + word;
            isEmpty = false;
        }

        output.WriteLine(line);
    }
}
