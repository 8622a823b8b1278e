using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace EventGateway.Api.Requests;

/// <summary>
/// Reads a query that allows only certain parameters, each once and not empty. A filter that is misspelled, or that a script left
/// empty, must not select everything.
/// </summary>
internal sealed class QueryReader
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query as it was sent.</param>
    /// <param name="parameters">The allowed parameters.</param>
    public QueryReader(QueryString query, IReadOnlyList<QueryParameter> parameters)
    {
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().ToString();
            if (!parameters.Any(parameter => parameter.Name == name))
            {
                _problems.Add(NearestName.Describe("query parameter", name, [.. parameters.Select(parameter => parameter.Name)]));
            }
            else if (pair.EncodedValue.IsEmpty)
            {
                Refuse(name, "empty; leave it out, or give it a value.");
            }
            else if (!_values.TryAdd(name, pair.DecodeValue().ToString()))
            {
                Refuse(name, "given more than once; once is accepted.");
            }
        }
    }

    /// <summary>The refusal. Null while no error was found.</summary>
    public JsonResponse? Error => _problems.Count == 0 ? null : JsonResponse.Error(StatusCodes.Status400BadRequest, _problems.Distinct());

    /// <summary>Adds an error about a parameter.</summary>
    public void Refuse(string name, string problem) => _problems.Add($"{name}: {problem}");

    /// <summary>Returns whether a parameter has a value.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>Returns the value of a parameter, or null when it has none.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name);

    /// <summary>Reads the maximum number of entries.</summary>
    public int Limit() => ListQuery.ReadLimit(Text("limit"), paging: true, _problems) ?? ListQuery.DefaultLimit;

    /// <summary>Reads the cursor. Returns null for the first page.</summary>
    public string? Cursor() => ListQuery.ReadCursor(Text("cursor"), _problems);

    /// <summary>Reads a parameter that is <c>true</c> or <c>false</c>. Returns null when it is missing or invalid.</summary>
    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Refuse(name, $"\"{text}\"; true or false is accepted.");
                return null;
        }
    }

    /// <summary>Refuses a query with neither a filter nor <c>all</c>, which would select everything by accident, and one with both.</summary>
    /// <param name="all">The value of <c>all</c>.</param>
    /// <param name="filters">The names of the filters, at least two.</param>
    public void RequireSelection(bool? all, IReadOnlyList<string> filters)
    {
        var filtered = filters.Any(Has);
        if (Error is null && filtered == (all is true))
        {
            Refuse("all", filtered
                ? "true beside a filter; one of them is accepted."
                : $"no filter is given; at least one of {string.Join(", ", filters.SkipLast(1))} and {filters[^1]} is accepted, or all=true.");
        }
    }

    /// <summary>Reads a parameter that is a time. Returns null when it is missing or invalid.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // An unescaped + of an offset was decoded to a space.
        if (Timestamp.Read(text.Replace(' ', '+')) is { } time)
        {
            return time;
        }

        Refuse(name, $"\"{text}\"; {Timestamp.Accepted}");
        return null;
    }
}
