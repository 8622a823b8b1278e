using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EventGateway.Engine.Registry;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace EventGateway.Api.Requests;

/// <summary>Reads <c>If-Match</c> and <c>If-None-Match</c> (RFC 9110, sections 13.1.1 and 13.1.2).</summary>
internal static class Preconditions
{
    /// <summary>Reads both headers.</summary>
    /// <param name="conditions">The conditions. They accept everything when the request has neither header.</param>
    /// <param name="error">400 with one entry for each malformed header.</param>
    public static bool TryRead(
        HttpRequest request, [NotNullWhen(true)] out RevisionConditions? conditions, [NotNullWhen(false)] out JsonResponse? error)
    {
        conditions = RevisionConditions.None;
        error = null;
        var (match, noneMatch) = (request.Headers.IfMatch, request.Headers.IfNoneMatch);
        if (match.Count == 0 && noneMatch.Count == 0)
        {
            return true;
        }

        var problems = new List<string>();
        conditions = new RevisionConditions
        {
            // An ETag of a read is strong, so a weak one in If-Match equals none. In If-None-Match, W/ does not count.
            Match = Read(HeaderNames.IfMatch, match, weakCounts: false, problems),
            NoneMatch = Read(HeaderNames.IfNoneMatch, noneMatch, weakCounts: true, problems),
        };
        error = problems.Count == 0 ? null : JsonResponse.Error(StatusCodes.Status400BadRequest, problems);
        return error is null;
    }

    /// <summary>Returns the answer to a read that is answered without a body: 304 or 412. Null when the conditions are true.</summary>
    /// <param name="revision">The revision of what is read.</param>
    public static IResult? RefuseRead(RevisionConditions conditions, long revision) =>
        conditions.Check(revision) is FailedCondition.NoneMatch ? new NotModified(revision)
        : conditions.Refuse(revision) is { } refusal ? Refusal.Of(refusal)
        : null;

    private static RevisionSet? Read(string name, StringValues header, bool weakCounts, List<string> problems)
    {
        if (header.Count == 0)
        {
            return null;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags) || (tags.Contains(EntityTagHeaderValue.Any) && tags.Count > 1))
        {
            problems.Add($"{name}: not a list of ETags; * or ETags from answers, separated by commas, are accepted.");
            return null;
        }

        return tags.Contains(EntityTagHeaderValue.Any)
            ? RevisionSet.Any
            : RevisionSet.Of([.. tags.Where(tag => weakCounts || !tag.IsWeak).Select(RevisionOf).OfType<long>()]);
    }

    // Null for an ETag that no read answers, such as "07".
    private static long? RevisionOf(EntityTagHeaderValue tag)
    {
        var text = tag.Tag.AsSpan().Trim('"');
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && (text[0] != '0' || text.Length == 1)
            ? revision
            : null;
    }
}
