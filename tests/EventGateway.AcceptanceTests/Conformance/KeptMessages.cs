using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The error messages of 0.9 that existing clients show or test. They, or their beginnings, must not change.</summary>
internal static partial class KeptMessages
{
    /// <summary>Returns whether the whole message must not change.</summary>
    public static bool IsWhole(string recorded) => Whole().IsMatch(recorded);

    /// <summary>Describes why a message may not replace the recorded one. Returns null when it may.</summary>
    public static string? Compare(string recorded, string actual)
    {
        if (IsWhole(recorded))
        {
            return recorded == actual ? null : $"the message must not change: recorded {recorded}, received {actual}";
        }

        var beginning = Beginning().Match(recorded).Value;
        return actual.StartsWith(beginning, StringComparison.Ordinal) && actual.Length > beginning.Length
            ? null
            : $"the beginning of the message must not change: recorded {beginning}, received {actual}";
    }

    [GeneratedRegex(
        """
        ^(Function|Event\ Type|Subscription|CORS\ configuration)\ "[^"]*"\ (not\ found|already\ exists|already\ registered)\.$
        | ^Function\ cannot\ be\ deleted\ because\ it's\ subscribed\ to\ a\ least\ one\ event\.$
        | ^Event\ type\ cannot\ be\ deleted\ because\ there\ are\ subscriptions\ using\ it\.$
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        1000)]
    private static partial Regex Whole();

    // Matches the empty string when the whole message may change.
    [GeneratedRegex(
        "^((Function|Event Type|Subscription|CORS configuration) doesn't validate\\. Validation error: )?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Beginning();
}
