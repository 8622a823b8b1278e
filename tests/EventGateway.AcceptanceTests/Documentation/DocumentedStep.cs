namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>A code block of a document: a command to run or a file to save.</summary>
/// <param name="Line">The number of the block's first line, counted from 1.</param>
/// <param name="Language">The first word after the fence.</param>
/// <param name="Note">The words after the language.</param>
/// <param name="Text">The content of the block.</param>
/// <param name="Prints">The command's output according to the document. Null when the document does not show it.</param>
internal sealed record DocumentedStep(int Line, string Language, string Note, string Text, string? Prints)
{
    /// <summary>Whether the block contains commands.</summary>
    public bool IsCommand => Language is "sh";

    /// <summary>Whether the command continues to run during the next steps.</summary>
    public bool StaysRunning => IsCommand && Note is "in another terminal";

    /// <summary>The name of the file to save. Null when the block is not a file.</summary>
    public string? File => Note.StartsWith("as ", StringComparison.Ordinal) ? Note[3..] : null;

    /// <summary>Reads the blocks of a document. A block with the language <c>text</c> is the output of the command before it.</summary>
    public static List<DocumentedStep> Read(string markdown)
    {
        var steps = new List<DocumentedStep>();
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var end = Array.FindIndex(lines, i + 1, static line => line is "```");
            var info = lines[i][3..].Split(' ', 2);
            var text = string.Join('\n', lines[(i + 1)..end]);
            if (info[0] is "text" && steps is [.., { IsCommand: true, Prints: null } last])
            {
                steps[^1] = last with { Prints = text };
            }
            else
            {
                steps.Add(new DocumentedStep(i + 1, info[0], info.Length > 1 ? info[1] : "", text, Prints: null));
            }

            i = end;
        }

        return steps;
    }
}
