namespace EventGateway.Events;

/// <summary>Reads the header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header).</summary>
internal static class IdempotencyKey
{
    /// <summary>The name of the header.</summary>
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>Returns the value of the header, as it was sent. Null when the header is missing or not accepted.</summary>
    public static string? Find(HttpRequest request) =>
        request.Headers[Header] is [{ } value] && IsAccepted(value) ? value : null;

    /// <summary>Returns what is wrong with the header. Null when it is accepted or missing.</summary>
    public static string? FindError(HttpRequest request) => request.Headers[Header] switch
    {
        [] => null,
        [{ } value] when IsAccepted(value) => null,
        [{ Length: > MaxLength } value] => $"{Header}: it has {value.Length} characters; at most {MaxLength} are accepted.",
        [_] => $"{Header}: it is empty; a key of 1 to {MaxLength} characters is accepted.",
        _ => $"{Header}: it is there more than once; one key is accepted.",
    };

    // The draft writes a key in quotes. Without a key in them it is empty.
    private static bool IsAccepted(string value) => value.Length is > 0 and <= MaxLength && value is not "\"\"";
}
