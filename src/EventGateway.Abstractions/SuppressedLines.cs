namespace EventGateway.Abstractions;

/// <summary>How many lines a sampler has left out of the log. As text it stands at the end of a sentence, and is empty when there are none.</summary>
/// <param name="Count">The number of lines since the last one that was written.</param>
public readonly record struct SuppressedLines(long Count)
{
    /// <summary>Returns nothing, or the number in parentheses after a space.</summary>
    public override string ToString() => Count == 0 ? "" : $" ({Count} more since the last line)";
}
