using System.Xml;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads durations in ISO 8601.</summary>
internal static class DurationReader
{
    /// <summary>Returns a duration. Null when the field is missing or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="isAccepted">Returns whether a duration is accepted.</param>
    public static TimeSpan? Read(JsonFields fields, string name, string accepted, Func<TimeSpan, bool> isAccepted)
    {
        if (fields.Text(name, accepted) is not { } text)
        {
            return null;
        }

        if (Parse(text) is { } duration && isAccepted(duration))
        {
            return duration;
        }

        fields.Refuse(name, $"\"{text}\"; {accepted}");
        return null;
    }

    private static TimeSpan? Parse(string text)
    {
        if (!text.StartsWith('P') || char.IsWhiteSpace(text[^1]))
        {
            return null;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }
}
