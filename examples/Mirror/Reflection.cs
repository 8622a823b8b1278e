using System.Text;

namespace Mirror;

/// <summary>Answers with the request: its first line, its headers and its body.</summary>
internal static class Reflection
{
    // Headers of the connection, and headers that differ in each request.
    private static readonly string[] Omitted = ["Accept-Encoding", "Connection", "Content-Length", "Host", "traceparent", "Transfer-Encoding", "Via"];

    /// <summary>Answers with a response object.</summary>
    public static async Task<IResult> AsResponseObject(HttpRequest request) => Results.Json(new
    {
        statusCode = 200,
        headers = new Dictionary<string, string> { ["Content-Type"] = "text/plain" },
        body = await DescribeAsync(request),
    });

    /// <summary>Answers with plain text.</summary>
    public static async Task<IResult> AsText(HttpRequest request) => Results.Text(await DescribeAsync(request));

    // The description is also printed, and kept for GET /seen/PATH.
    private static async Task<string> DescribeAsync(HttpRequest request)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append(' ').Append(request.Path).Append(request.QueryString).Append('\n');
        foreach (var (name, values) in request.Headers.Where(IsOfInterest).OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(name.ToLowerInvariant()).Append(": ").Append(values).Append('\n');
        }

        using var body = new StreamReader(request.Body);
        if (await body.ReadToEndAsync(request.HttpContext.RequestAborted) is { Length: > 0 } content)
        {
            text.Append('\n').Append(content).Append('\n');
        }

        Console.WriteLine(text);
        Seen.Add(request.Path, text.ToString());
        return text.ToString();
    }

    private static bool IsOfInterest(KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> header) =>
        !Omitted.Contains(header.Key, StringComparer.OrdinalIgnoreCase);
}
