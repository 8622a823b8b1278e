using System.Globalization;

namespace EventGateway.CloudEvents;

/// <summary>Reads times as RFC 3339 writes them.</summary>
public static class Timestamp
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.";

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The time. Not set: the text is none, or one that no clock here can show.</returns>
    public static DateTimeOffset? Read(string text) =>
        AttributeRules.IsTimestamp(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
}
