using System.Diagnostics.CodeAnalysis;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>The path of a request as it was sent. In a decoded path, <c>/</c> and <c>%2F</c> look the same.</summary>
internal readonly struct RequestUrl
{
    // "", "v1", "spaces", space, collection, id
    private const int SpacePlace = 3;
    private const int CollectionPlace = 4;
    private const int IdPlace = 5;

    private readonly string[] _segments;

    public RequestUrl(HttpContext context)
    {
        Path = RequestTarget.RawPath(context.Request);
        _segments = Path.Split('/');
    }

    /// <summary>The path with its escapes, without the query.</summary>
    public string Path { get; }

    public bool EndsWithSlash => Path.EndsWith('/');

    /// <summary>The name of the space, decoded.</summary>
    public string Space => Uri.UnescapeDataString(Segment(SpacePlace));

    /// <summary>The name of the collection, as the client spelled it.</summary>
    public string Collection => Segment(CollectionPlace);

    /// <summary>The id as it was sent: everything after the collection.</summary>
    public string RawId => _segments.Length > IdPlace ? string.Join('/', _segments[IdPlace..]) : "";

    /// <summary>The id, decoded, without a trailing slash.</summary>
    public string Id => Uri.UnescapeDataString(Segment(IdPlace));

    /// <summary>Whether every <c>%</c> starts a valid escape.</summary>
    public bool IsWellEscaped => PercentEncoding.IsValid(Path);

    /// <summary>Returns the path with the correct spelling of the collection.</summary>
    public string PathWithCollection(string name) =>
        string.Join('/', [.. _segments[..CollectionPlace], name, .. _segments[(CollectionPlace + 1)..]]);

    /// <summary>Removes empty segments.</summary>
    /// <returns>Whether the path has empty segments before its end.</returns>
    public bool TryCollapse([NotNullWhen(true)] out string? path)
    {
        path = null;
        if (!Path.Contains("//", StringComparison.Ordinal))
        {
            return false;
        }

        path = "/" + string.Join('/', Path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return true;
    }

    private string Segment(int place) => _segments.Length > place ? _segments[place] : "";
}
