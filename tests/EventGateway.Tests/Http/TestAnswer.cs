using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace EventGateway.Tests.Http;

/// <summary>What the sender of a request got.</summary>
internal sealed record TestAnswer(int Status, IHeaderDictionary Headers, string Body)
{
    /// <summary>The messages of the errors body.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return [.. document.RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()!)];
        }
    }
}
