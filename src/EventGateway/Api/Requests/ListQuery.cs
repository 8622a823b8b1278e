using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EventGateway.Engine.Registry;
using EventGateway.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace EventGateway.Api.Requests;

/// <summary>Reads the query of a list: metadata filters and paging.</summary>
internal static class ListQuery
{
    public const int MaxLimit = 1000;

    public const int DefaultLimit = 100;

    private const string FilterPrefix = "metadata.";

    /// <summary>Reads the query.</summary>
    /// <param name="queryString">As it was sent. A parameter that is repeated counts once, with its first value.</param>
    /// <param name="query">What to list.</param>
    /// <param name="error">The refusal.</param>
    /// <returns>Whether the query can be answered.</returns>
    public static bool TryRead(
        QueryString queryString, [NotNullWhen(true)] out ResourceQuery? query, [NotNullWhen(false)] out JsonResponse? error)
    {
        query = null;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        string? limitText = null;
        string? cursorText = null;
        foreach (var parameter in new QueryStringEnumerable(queryString.Value))
        {
            var name = parameter.DecodeName().ToString();
            var value = parameter.DecodeValue().ToString();
            if (name.StartsWith(FilterPrefix, StringComparison.Ordinal))
            {
                labels.TryAdd(name[FilterPrefix.Length..], value);
            }
            else if (name is "limit")
            {
                limitText ??= value;
            }
            else if (name is "cursor")
            {
                cursorText ??= value;
            }
        }

        var problems = new List<string>();
        var limit = ReadLimit(limitText, cursorText is not null, problems);
        var after = ReadCursor(cursorText, problems);
        if (problems.Count > 0)
        {
            error = JsonResponse.Error(StatusCodes.Status400BadRequest, problems);
            return false;
        }

        error = null;
        query = new ResourceQuery { Metadata = labels, Limit = limit, After = after };
        return true;
    }

    /// <summary>The cursor of the page that comes after an id.</summary>
    public static string CursorAfter(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>Reads how many entries to answer. Not set: no number was given, or none that can be taken.</summary>
    public static int? ReadLimit(string? text, bool paging, List<string> problems)
    {
        if (text is null)
        {
            return paging ? DefaultLimit : null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is > 0 and <= MaxLimit)
        {
            return limit;
        }

        problems.Add($"limit: \"{text}\"; a whole number from 1 to {MaxLimit} is accepted.");
        return null;
    }

    /// <summary>Reads what <see cref="CursorAfter"/> wrote. Not set: nothing was given, or nothing that can be taken.</summary>
    public static string? ReadCursor(string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 0 && Base64Url.IsValid(text))
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        }

        problems.Add("cursor: not one that a list answered; the \"cursor\" of the previous page is accepted.");
        return null;
    }
}
