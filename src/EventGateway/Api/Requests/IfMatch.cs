using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using EventGateway.Engine.Registry;
using EventGateway.Http;
using Microsoft.Net.Http.Headers;

namespace EventGateway.Api.Requests;

/// <summary>Reads <c>If-Match</c> (RFC 9110, section 13.1.1).</summary>
internal static class IfMatch
{
    /// <summary>Reads the header. Without it, or with <c>*</c>, any revision is accepted. A weak ETag matches no revision.</summary>
    public static bool TryRead(
        HttpRequest request, [NotNullWhen(true)] out RevisionCondition? condition, [NotNullWhen(false)] out JsonResponse? error)
    {
        error = null;
        condition = RevisionCondition.Any;
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return true;
        }

        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags))
        {
            condition = null;
            error = JsonResponse.Error(StatusCodes.Status400BadRequest, "If-Match: not a list of ETags; an ETag that a read answered is accepted.");
            return false;
        }

        var revisions = new List<long>(tags.Count);
        foreach (var tag in tags)
        {
            if (tag.Equals(EntityTagHeaderValue.Any))
            {
                return true;
            }

            if (!tag.IsWeak && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            {
                revisions.Add(revision);
            }
        }

        condition = RevisionCondition.OneOf([.. revisions]);
        return true;
    }
}
