namespace EventGateway.CloudEvents.Http;

// Reads the names of codings.
public sealed partial class ContentCodings
{
    private const int MaxNameLength = 32;

    /// <summary>Reads the value of a <c>Content-Encoding</c>.</summary>
    /// <param name="text">The value; the values of several headers are joined by commas.</param>
    /// <param name="codings">The codings. Null when the body has none (<c>identity</c>), or when the value is refused.</param>
    /// <param name="error">What is wrong, as the end of a sentence. Null when the body can be decoded.</param>
    /// <returns>Whether the body can be decoded.</returns>
    public static bool TryParse(string? text, out ContentCodings? codings, out string? error)
    {
        (codings, error) = (null, null);
        var found = new List<Coding>(1);
        foreach (var range in text.AsSpan().Split(','))
        {
            var name = text.AsSpan(range).Trim(" \t");
            if (name.IsEmpty || Is(name, "identity"))
            {
                continue;
            }

            if (Find(name) is not { } coding)
            {
                error = $"the Content-Encoding \"{(name.Length > MaxNameLength ? $"{name[..MaxNameLength]}…" : name)}\", which cannot be decoded; accepted: {Accepted}";
                return false;
            }

            found.Add(coding);
        }

        if (found.Count > MaxCount)
        {
            error = $"{found.Count} codings in Content-Encoding; at most {MaxCount} are accepted";
            return false;
        }

        codings = found.Count == 0 ? null : new ContentCodings([.. found], string.Join(", ", found.Select(NameOf)));
        return true;
    }

    private static Coding? Find(ReadOnlySpan<char> name) =>
        Is(name, "gzip") || Is(name, "x-gzip") ? Coding.Gzip
        : Is(name, "br") ? Coding.Brotli
        : Is(name, "deflate") ? Coding.Deflate
        : null;

    private static bool Is(ReadOnlySpan<char> name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(Coding coding) => coding switch
    {
        Coding.Gzip => "gzip",
        Coding.Brotli => "br",
        _ => "deflate",
    };
}
