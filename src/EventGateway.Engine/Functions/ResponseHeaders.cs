using System.Text;
using System.Text.Json;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Engine.Functions;

/// <summary>
/// Reads the headers of a response object: the members <c>headers</c>, <c>multiValueHeaders</c> (as in REST APIs of AWS) and
/// <c>cookies</c> (as in its HTTP APIs). Takes out what could break out of the response.
/// </summary>
/// <param name="areStrings">Whether values must be strings and there is only <c>headers</c>, as in 0.9.</param>
internal struct ResponseHeaders(bool areStrings)
{
    private const string SetCookie = "Set-Cookie";
    private const int MaxShownName = 64;

    private OrderedDictionary<string, StringValues>? _headers;
    private OrderedDictionary<string, StringValues>? _multiValueHeaders;
    private StringValues _cookies;
    private HashSet<string>? _listed;

    /// <summary>Returns an empty table of headers.</summary>
    public static OrderedDictionary<string, StringValues> Create() => new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the member <c>headers</c>.</summary>
    /// <returns>What is wrong with it. Null when it is valid.</returns>
    public string? ReadHeaders(ref Utf8JsonReader reader) => Read(ref reader, "headers", _headers ??= Create());

    /// <summary>Reads the member <c>multiValueHeaders</c>.</summary>
    /// <returns>What is wrong with it. Null when it is valid.</returns>
    public string? ReadMultiValueHeaders(ref Utf8JsonReader reader) =>
        areStrings ? null : Read(ref reader, "multiValueHeaders", _multiValueHeaders ??= Create());

    /// <summary>Reads the member <c>cookies</c>.</summary>
    /// <returns>What is wrong with it. Null when it is valid.</returns>
    public string? ReadCookies(ref Utf8JsonReader reader) =>
        areStrings || TryReadValues(ref reader, out _cookies) ? null : "cookies must be a list of strings";

    /// <summary>Returns all headers. Null when there are none.</summary>
    public readonly OrderedDictionary<string, StringValues>? ToDictionary()
    {
        var headers = _headers;
        if (_multiValueHeaders is not null)
        {
            headers ??= Create();
            foreach (var (name, values) in _multiValueHeaders)
            {
                headers[name] = headers.TryGetValue(name, out var others) && !ResponseHeaderRules.HasOneValue(name) ? Merge(others, values) : values;
            }
        }

        if (_cookies.Count > 0)
        {
            headers ??= Create();
            headers[SetCookie] = headers.TryGetValue(SetCookie, out var others) ? StringValues.Concat(others, _cookies) : _cookies;
        }

        return _listed is null || headers is null ? headers : Without(_listed, headers);
    }

    // As AWS merges: what is in both counts once.
    private static StringValues Merge(StringValues values, StringValues multiValues)
    {
        string?[] others = [.. values.Where(value => !multiValues.Contains(value))];
        return StringValues.Concat(others, multiValues);
    }

    // RFC 9110, section 7.6.1: what Connection lists is for the gateway alone, as Connection itself is.
    private static OrderedDictionary<string, StringValues> Without(HashSet<string> listed, OrderedDictionary<string, StringValues> headers)
    {
        var kept = Create();
        foreach (var (name, values) in headers)
        {
            if (!listed.Contains(name))
            {
                kept.Add(name, values);
            }
        }

        return kept;
    }

    private string? Read(ref Utf8JsonReader reader, string member, OrderedDictionary<string, StringValues> headers)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return $"{member} must be an object";
        }

        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonStrings.GetString(ref reader);
            reader.Read();
            if (!TryReadValues(ref reader, out var values))
            {
                problem ??= $"{Describe(member, name)} must be {(areStrings ? "a string" : "a string, a number, a boolean or a list of these")}";
            }
            else if (values.Count > 1 && ResponseHeaderRules.HasOneValue(name))
            {
                problem ??= $"{Describe(member, name)} can have only one value";
            }
            else
            {
                Add(headers, name, values);
            }
        }

        return problem;
    }

    private static string Describe(string member, string name) =>
        name.Length <= MaxShownName && HttpToken.IsValid(name) ? $"{member}.{name}" : $"a value in {member}";

    private void Add(OrderedDictionary<string, StringValues> headers, string name, StringValues values)
    {
        if (name.Equals("connection", StringComparison.OrdinalIgnoreCase))
        {
            _listed ??= new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var value in values)
            {
                _listed.UnionWith(value!.Split(',', StringSplitOptions.TrimEntries));
            }
        }
        else if (values.Count > 0 && ResponseHeaderRules.IsAllowed(name))
        {
            headers[name] = values;
        }
    }

    private readonly bool TryReadValues(ref Utf8JsonReader reader, out StringValues values)
    {
        if (areStrings || reader.TokenType != JsonTokenType.StartArray)
        {
            var value = ReadValue(ref reader);
            values = value;
            return value is not null;
        }

        var list = new List<string>();
        var isValid = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (ReadValue(ref reader) is { } value)
            {
                list.Add(value);
            }
            else
            {
                isValid = false;
            }
        }

        values = list.Count == 1 ? list[0] : list.ToArray();
        return isValid;
    }

    // Returns null when the value has none of the accepted types, and reads to its end.
    private readonly string? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ResponseHeaderRules.Clean(JsonStrings.GetString(ref reader));
            case JsonTokenType.Null:
                return string.Empty;
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when !areStrings:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }
}
