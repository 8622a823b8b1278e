using EventGateway.Abstractions.Resources;

namespace EventGateway.Tests.Engine.Routing;

/// <summary>What paths mean, said as simply as possible, for comparing.</summary>
internal static class NaivePaths
{
    public static bool Matches(Subscription subscription, string sent)
    {
        var pattern = Segments(subscription.Path);
        var path = Segments(sent);
        if (subscription.Type is SubscriptionType.Async)
        {
            return pattern.Select(Uri.UnescapeDataString).SequenceEqual(path.Select(Uri.UnescapeDataString));
        }

        if (pattern.Length > 0 && pattern[^1].StartsWith('*'))
        {
            var fixedPart = pattern.Length - 1;
            return path.Length > fixedPart && SegmentsMatch(pattern[..fixedPart], path[..fixedPart]);
        }

        return pattern.Length == path.Length && SegmentsMatch(pattern, path);
    }

    /// <summary>Orders the patterns of subscriptions that take the same path: the first one gets it.</summary>
    public static string Rank(Subscription subscription) =>
        string.Concat(Segments(subscription.Path).Select(segment => Kind(segment) switch { "." => 'a', ":" => 'b', _ => 'c' }));

    public static bool Conflict(Subscription a, Subscription b, bool exclusiveSegments)
    {
        if ((a.Type, b.Type) != (SubscriptionType.Sync, SubscriptionType.Sync) || a.Method != b.Method || a.EventType != b.EventType)
        {
            return false;
        }

        var left = Segments(a.Path);
        var right = Segments(b.Path);
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var kinds = Kind(left[i]) + Kind(right[i]);
            if (!exclusiveSegments)
            {
                if (kinds is not ("::" or "**") && (kinds != ".." || Uri.UnescapeDataString(left[i]) != Uri.UnescapeDataString(right[i])))
                {
                    return false;
                }

                continue;
            }

            if (kinds.Contains('*') || kinds is ":." or ".:")
            {
                return true;
            }

            if (kinds == "::" ? left[i] != right[i] : Uri.UnescapeDataString(left[i]) != Uri.UnescapeDataString(right[i]))
            {
                return kinds == "::";
            }
        }

        return left.Length == right.Length;
    }

    public static string[] Segments(string path) => path == "/" ? [] : path[1..].Split('/');

    private static bool SegmentsMatch(string[] pattern, string[] path) =>
        pattern.Zip(path).All(p => Kind(p.First) == ":" || Uri.UnescapeDataString(p.First) == Uri.UnescapeDataString(p.Second));

    private static string Kind(string segment) => segment.StartsWith('*') ? "*" : segment.StartsWith(':') ? ":" : ".";
}
