namespace EventGateway.CloudEvents;

/// <summary>A media type and its charset; other parameters are left out (RFC 9110, section 8.3.1). It names a kind of data.</summary>
/// <param name="Essence">Type and subtype, in the case that was sent. Empty means no media type.</param>
public readonly partial record struct MediaType(string Essence)
{
    /// <summary>The error for a text that is not a media type. Put the name of the attribute or header before it.</summary>
    internal const string NotMediaType = "must be a media type such as application/json";

    /// <summary>Whether there is no media type.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Essence);

    /// <summary>The charset of text. Null means that the sender declares none.</summary>
    public string? Charset { get; init; }

    /// <summary>Whether the media type has a type and a subtype. Version 0.9 of the Event Gateway accepts a single token too.</summary>
    public bool HasSubtype => Essence?.Contains('/', StringComparison.Ordinal) == true;

    /// <summary>Whether the type is JSON: <c>*/json</c> or <c>*/*+json</c> (JSON format 1.0, section 3.1).</summary>
    public bool NamesJson => EndsWith("/json") || EndsWith("+json");

    /// <summary>Whether the type is text: <c>text/…</c> or XML.</summary>
    public bool NamesText => StartsWith("text/") || Is("application/xml") || EndsWith("+xml");

    /// <summary>Whether the type is a form: URL-encoded or multipart.</summary>
    public bool NamesForm => Is("application/x-www-form-urlencoded") || StartsWith("multipart/");

    /// <summary>Returns whether the type is a given one, ignoring case.</summary>
    /// <param name="essence">Type and subtype.</param>
    public bool Is(string essence) => string.Equals(Essence, essence, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether a content type is JSON. Null means JSON (JSON format 1.0, section 3.1).</summary>
    /// <param name="contentType">The content type, with parameters or without.</param>
    public static bool IsJson(string? contentType) =>
        contentType is null || (TryParse(contentType, out var type, out _) && type.NamesJson);

    /// <summary>
    /// Finds what is wrong with a content type that must be a media type with a subtype, as in events of 1.0 (CloudEvents 1.0,
    /// "datacontenttype").
    /// </summary>
    /// <param name="text">The content type. Null or empty means no type.</param>
    /// <param name="type">The media type. Empty when there is none, or an error.</param>
    /// <returns>The error, to be put after the name of the attribute or header. Null when nothing is wrong.</returns>
    public static string? FindError(string? text, out MediaType type) =>
        TryParse(text, out type, out var error) ? type.FindError() : $"{NotMediaType}; {error}";

    /// <summary>Finds out whether the subtype is missing, which a media type has in events of 1.0.</summary>
    /// <returns>The error, to be put after the name of the attribute or header. Null when there is a subtype, or no type at all.</returns>
    public string? FindError() => IsEmpty || HasSubtype ? null : NotMediaType;

    private bool StartsWith(string prefix) => Essence is not null && Essence.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    private bool EndsWith(string suffix) => Essence is not null && Essence.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
