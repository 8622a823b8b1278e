using System.Diagnostics.CodeAnalysis;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>The path of a request as it was sent, since a decoded one no longer tells <c>/</c> from <c>%2F</c>.</summary>
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

    /// <summary>The path, escaped, without the query.</summary>
    public string Path { get; }

    public bool EndsWithSlash => Path.EndsWith('/');

    /// <summary>The space's name, decoded.</summary>
    public string Space => Uri.UnescapeDataString(Segment(SpacePlace));

    /// <summary>The collection as it was written.</summary>
    public string Collection => Segment(CollectionPlace);

    /// <summary>The id as it was sent: all that follows the collection.</summary>
    public string RawId => _segments.Length > IdPlace ? string.Join('/', _segments[IdPlace..]) : "";

    /// <summary>The id, decoded, without a slash at the end of the URL.</summary>
    public string Id => Uri.UnescapeDataString(Segment(IdPlace));

    /// <summary>Whether every <c>%</c> begins an escape.</summary>
    public bool IsWellEscaped => PercentEncoding.IsValid(Path);

    /// <summary>The path with the collection's name written as it is.</summary>
    public string PathWithCollection(string name) =>
        string.Join('/', [.. _segments[..CollectionPlace], name, .. _segments[(CollectionPlace + 1)..]]);

    /// <summary>Removes empty segments.</summary>
    /// <returns>Whether there were any before the end.</returns>
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
