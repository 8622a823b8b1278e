using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EventGateway.Abstractions.Settings;
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
    /// <param name="queryString">The query as it was sent.</param>
    /// <param name="filters">Whether the list can be filtered by metadata.</param>
    /// <param name="ignoresUnknown">Whether unknown parameters are ignored, and the first value of a repeated one counts, as in 0.9.</param>
    /// <param name="query">The query, when it is valid.</param>
    /// <param name="error">The refusal, when the query is not valid.</param>
    /// <returns>Whether the query is valid.</returns>
    public static bool TryRead(
        QueryString queryString,
        bool filters,
        bool ignoresUnknown,
        [NotNullWhen(true)] out ResourceQuery? query,
        [NotNullWhen(false)] out JsonResponse? error)
    {
        query = null;
        error = null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var parameter in new QueryStringEnumerable(queryString.Value))
        {
            var name = parameter.DecodeName().ToString();
            if (name is not ("limit" or "cursor") && !(filters && name.StartsWith(FilterPrefix, StringComparison.Ordinal)))
            {
                problems.Add(NearestName.Describe("query parameter", name, filters ? ["limit", "cursor", "metadata.<name>"] : ["limit", "cursor"]));
            }
            else if (!values.TryAdd(name, parameter.DecodeValue().ToString()))
            {
                problems.Add($"{name}: given more than once; once is accepted.");
            }
        }

        if (ignoresUnknown)
        {
            problems.Clear();
        }

        var limit = ReadLimit(values.GetValueOrDefault("limit"), values.ContainsKey("cursor"), problems);
        var after = ReadCursor(values.GetValueOrDefault("cursor"), problems);
        if (problems.Count > 0)
        {
            error = JsonResponse.Error(StatusCodes.Status400BadRequest, problems.Distinct());
            return false;
        }

        var labels = values.Where(static value => value.Key.StartsWith(FilterPrefix, StringComparison.Ordinal));
        query = new ResourceQuery { Metadata = labels.ToDictionary(static label => label.Key[FilterPrefix.Length..], static label => label.Value), Limit = limit, After = after };
        return true;
    }

    /// <summary>Returns the cursor of the page that starts after an id.</summary>
    public static string CursorAfter(string id) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>Reads the maximum number of entries. Returns null when the text is missing or invalid.</summary>
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

    /// <summary>Reads a cursor from <see cref="CursorAfter"/>. Returns null when the text is missing or invalid.</summary>
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
