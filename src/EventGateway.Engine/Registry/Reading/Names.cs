using System.Buffers;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>The forms of names, methods and paths.</summary>
internal static class Names
{
    public const string AcceptedName = $"{ResourceName.Accepted} are accepted.";

    public const string AcceptedMethod = "GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted.";

    private const int MinSpaceLength = 3;

    private const int MaxIdLength = ResourceName.MaxLength;

    /// <summary>Reports a space's name that is not valid.</summary>
    public static void CheckSpace(string space, FieldErrors errors)
    {
        if (space.Length > MaxIdLength)
        {
            errors.Add("space", $"{space.Length} characters; at most {MaxIdLength} are accepted.");
        }
        else if (space.Length < MinSpaceLength || space.AsSpan().ContainsAnyExcept(ResourceName.Characters))
        {
            errors.Add("space", $"\"{space}\"; at least {MinSpaceLength} of {AcceptedName}");
        }
    }

    /// <summary>Reports an id of a function that is not valid.</summary>
    public static void CheckName(FieldErrors errors, string field, string name) =>
        Check(errors, field, name, name, ResourceName.Characters, AcceptedName);

    /// <summary>Reports a field that would change the id of a resource. Ignored where unknown fields are, as in 0.9.</summary>
    /// <param name="sent">The value of the field. Null when it is missing.</param>
    /// <param name="id">The id, from the URL of an update. Null for a new resource.</param>
    public static void CheckKept(JsonFields fields, string field, string? sent, string? id)
    {
        if (id is not null && sent is not null && sent != id && !fields.Errors.IgnoresUnknown)
        {
            fields.Refuse(field, $"\"{sent}\"; \"{id}\" is accepted, as in the URL, because it cannot be changed.");
        }
    }

    /// <summary>Reports the field that makes an id too long for a URL.</summary>
    public static void CheckLength(JsonFields fields, string field, string? id)
    {
        if (id?.Length > MaxIdLength)
        {
            fields.Refuse(field, TooLong(id));
        }
    }

    private static string TooLong(string id) => $"the id would have {id.Length} characters; at most {MaxIdLength} are accepted.";

    /// <summary>Reports a name that is too long, or has other characters.</summary>
    /// <param name="plain">The part of the name that must have these characters, at least one.</param>
    public static void Check(FieldErrors errors, string field, string name, ReadOnlySpan<char> plain, SearchValues<char> characters, string accepted)
    {
        if (name.Length > MaxIdLength)
        {
            errors.Add(field, TooLong(name));
        }
        else if (plain.IsEmpty || plain.ContainsAnyExcept(characters))
        {
            errors.Add(field, $"\"{name}\"; {accepted}");
        }
    }

    /// <summary>Returns the shared instance of a method's name. Null when subscriptions cannot have the method.</summary>
    public static string? Method(string text) => Array.Find(Methods.All, method => method == text);

    /// <summary>Returns the path of a subscription. It starts with a slash. Default: <c>/</c>.</summary>
    public static string Path(string? text) => text switch
    {
        null or "" or "/" => "/",
        ['/', ..] => text,
        _ => "/" + text,
    };
}
