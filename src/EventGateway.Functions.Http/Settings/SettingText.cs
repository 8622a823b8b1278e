namespace EventGateway.Functions.Http.Settings;

/// <summary>Checks texts of settings.</summary>
internal static class SettingText
{
    /// <summary>Returns whether a text has no control characters.</summary>
    public static bool IsText(string text) => !text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f', StringComparison.Ordinal);

    /// <summary>Returns whether a text has printable ASCII characters only, and no spaces.</summary>
    public static bool IsPrintable(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
