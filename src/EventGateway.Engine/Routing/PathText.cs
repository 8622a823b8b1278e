using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Routing;

/// <summary>
/// Paths in the form in which they are compared: every segment decoded (<see cref="TargetText"/>). A slash that was escaped stays part of its
/// segment, written as <see cref="EscapedSlash"/>. That is half of a surrogate pair. It is a slash when it does not follow the
/// other half.
/// </summary>
internal static class PathText
{
    /// <summary>Stands for a <c>/</c> within a segment.</summary>
    public const char EscapedSlash = '\uDC2F';

    /// <summary>Decodes a path. The answer is the path itself when it has nothing to decode.</summary>
    /// <param name="path">The path as it was sent or configured.</param>
    /// <param name="buffer">Where to decode to; at least as long as the path.</param>
    public static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> path, Span<char> buffer)
    {
        if (!path.Contains('%'))
        {
            return path;
        }

        var length = 0;
        while (true)
        {
            var end = path.IndexOf('/');
            var segment = end < 0 ? path : path[..end];
            var written = TargetText.Decode(segment, buffer[length..], plusIsSpace: false);
            buffer.Slice(length, written).Replace('/', EscapedSlash);
            length += written;
            if (end < 0)
            {
                return buffer[..length];
            }

            buffer[length++] = '/';
            path = path[(end + 1)..];
        }
    }

    /// <summary>Decodes a path as the other overload does, where an allocation for a path that has something to decode does no harm.</summary>
    /// <param name="path">The path as it was sent or configured.</param>
    public static ReadOnlySpan<char> Normalize(string path) => Normalize(path, path.Contains('%') ? new char[path.Length] : []);

    /// <summary>A segment's text, its escaped slashes as slashes.</summary>
    public static string Plain(ReadOnlySpan<char> segment) => string.Create(segment.Length, segment, static (plain, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isSlash = text[i] == EscapedSlash && (i == 0 || !char.IsHighSurrogate(text[i - 1]));
            plain[i] = isSlash ? '/' : text[i];
        }
    });
}
