using System.Globalization;

namespace EventGateway.CloudEvents;

/// <summary>Reads times (RFC 3339, section 5.6).</summary>
public static class Timestamp
{
    /// <summary>The accepted format, for error messages.</summary>
    public const string Accepted = "an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.";

    /// <summary>Reads a time.</summary>
    /// <returns>The time; null when the text is not a time, or one that .NET cannot represent.</returns>
    public static DateTimeOffset? Read(string text) =>
        AttributeRules.IsTimestamp(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
