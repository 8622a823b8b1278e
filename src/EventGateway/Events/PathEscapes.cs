namespace EventGateway.Events;

/// <summary>Checks the percent-escapes of a path.</summary>
internal static class PathEscapes
{
    /// <summary>Whether every percent sign begins an escape of two hexadecimal digits.</summary>
    public static bool AreValid(ReadOnlySpan<char> path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%'))
        {
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return false;
            }

            path = path[(at + 3)..];
        }

        return true;
    }
}
