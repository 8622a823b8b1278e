using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>Prepares the output of a command for the comparison with a document.</summary>
internal static class Printed
{
    private static readonly (Regex Pattern, string Word)[] Variables =
    [
        (Matching("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"), "(date)"),
        (Matching("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"), "(time)"),
        (Matching("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "(id)"),
        (Matching("v1,[A-Za-z0-9+/=]+"), "v1,(signature)"),
        (Matching("whsec_[A-Za-z0-9+/=]+"), "whsec_(key)"),
        (Matching("Bearer eyJ[A-Za-z0-9_.-]+"), "Bearer (token)"),
        (Matching("\"replayId\":\"[0-9a-f]{16}\""), "\"replayId\":\"(id)\""),
        (Matching("\"deliveryId\":\"[0-9-]+\""), "\"deliveryId\":\"(id)\""),
        (Matching("\"deadLetterId\":\"[0-9]+\""), "\"deadLetterId\":\"(id)\""),
        (Matching("\"durationMs\":[0-9.]+"), "\"durationMs\":(number)"),
        (Matching("webhook-timestamp: [0-9]+"), "webhook-timestamp: (seconds)"),
        (Matching("curl/[0-9.]+"), "curl/(version)"),
        (Matching("\r"), ""),
    ];

    /// <summary>Replaces dates, ids and other values that differ each time.</summary>
    public static string Normalize(string text) =>
        Variables.Aggregate(text, static (text, item) => item.Pattern.Replace(text, item.Word)).Trim();

    private static Regex Matching(string pattern) => new(pattern, RegexOptions.NonBacktracking);
}
