namespace EventGateway.Functions.Http.Calls;

/// <summary>Reads the headers of a response that say whether it holds an event.</summary>
internal static class AnswerHeaders
{
    private const string Prefix = "ce-";

    /// <summary>Returns the media type of the body. Null when the function sent none.</summary>
    public static string? ContentTypeOf(HttpResponseMessage response)
    {
        if (response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values))
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Returns the <c>ce-</c> headers with names in lower case. Empty when the response is not in binary mode.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> EventOf(HttpResponseMessage response)
    {
        var all = response.Headers.NonValidated;
        if (!all.Contains("ce-specversion"))
        {
            return [];
        }

        var headers = new List<KeyValuePair<string, string>>(all.Count);
        foreach (var (name, values) in all)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(new(name.ToLowerInvariant(), values.ToString()));
            }
        }

        return headers;
    }
}
