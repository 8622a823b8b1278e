using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The error messages that existing clients show or test: these, or their beginnings, are kept to the letter.</summary>
internal static partial class KeptMessages
{
    /// <summary>Whether all of a message is kept.</summary>
    public static bool IsWhole(string recorded) => Whole().IsMatch(recorded);

    /// <summary>Why a message is not an acceptable successor of the recorded one; null where it is.</summary>
    public static string? Compare(string recorded, string actual)
    {
        if (IsWhole(recorded))
        {
            return recorded == actual ? null : $"the message is kept to the letter: recorded {recorded}, came {actual}";
        }

        var beginning = Beginning().Match(recorded).Value;
        return actual.StartsWith(beginning, StringComparison.Ordinal) && actual.Length > beginning.Length
            ? null
            : $"the message's beginning is kept to the letter: recorded {beginning}, came {actual}";
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

    // Matches the empty string where nothing of the message is kept.
    [GeneratedRegex(
        "^((Function|Event Type|Subscription|CORS configuration) doesn't validate\\. Validation error: )?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Beginning();
}
