namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>A block of a document that a reader does something with.</summary>
/// <param name="Line">Where it begins, counted from 1.</param>
/// <param name="Language">The first word behind the fence.</param>
/// <param name="Note">What stands behind that word.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Prints">What the document says that it prints. Not set: it does not say.</param>
internal sealed record DocumentedStep(int Line, string Language, string Note, string Text, string? Prints)
{
    /// <summary>Whether it is to be typed.</summary>
    public bool IsCommand => Language is "sh";

    /// <summary>Whether it goes on while the reader does the next steps.</summary>
    public bool StaysRunning => IsCommand && Note is "in another terminal";

    /// <summary>The file to save it as. Not set: none.</summary>
    public string? File => Note.StartsWith("as ", StringComparison.Ordinal) ? Note[3..] : null;

    /// <summary>Reads the blocks of a document. One of the language <c>text</c> is what the one before it prints.</summary>
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
