using System.Buffers;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>The forms of names, methods and paths.</summary>
internal static class Names
{
    public const string AcceptedName = "letters, digits, '.', '-' and '_' are accepted.";

    public const string AcceptedMethod = "GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted.";

    private const int ShortestSpace = 3;

    // A URL with an id must fit in a request line of 8 KiB.
    private const int LongestId = 4096;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    /// <summary>Reports a space's name that nothing can be stored under.</summary>
    public static void CheckSpace(string space, FieldErrors errors)
    {
        if (space.Length > LongestId)
        {
            errors.Add("space", $"{space.Length} characters; at most {LongestId} are accepted.");
        }
        else if (space.Length < ShortestSpace || !IsName(space))
        {
            errors.Add("space", $"\"{space}\"; at least {ShortestSpace} of letters, digits, '.', '-' and '_' are accepted.");
        }
    }

    /// <summary>Reports a name, or what an id is made of, when the id is too long to be used in a URL.</summary>
    public static void CheckLength(JsonFields fields, string field, string? id)
    {
        if (id?.Length > LongestId)
        {
            fields.Refuse(field, $"it makes an id of {id.Length} characters; at most {LongestId} are accepted.");
        }
    }

    /// <summary>Whether a text can name an event type or a function.</summary>
    public static bool IsName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>The one instance of a method's name. Not set: it is no method that can be subscribed.</summary>
    public static string? Method(string text) => Array.Find(Methods, method => method == text);

    /// <summary>A subscription's path: <c>/</c> where none is given, and always led by a slash.</summary>
    public static string Path(string? text) => text switch
    {
        null or "" or "/" => "/",
        ['/', ..] => text,
        _ => "/" + text,
    };
}
