namespace EventGateway.Aws.Settings;

/// <summary>The names of streams.</summary>
internal static class ResourceNames
{
    /// <summary>Whether a text is a name: letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most characters.</param>
    public static bool IsName(string text, int maxLength) =>
        text.Length <= maxLength && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
