using System.Buffers;
using System.Text;

namespace EventGateway.Abstractions.Resources;

/// <summary>Escapes a whole path so that it fits in one segment of a URL (RFC 3986, section 3.3).</summary>
public static class PathSegment
{
    // RFC 3986's unreserved characters, and those of its sub-delims and pchar that existing ids leave as they are.
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+=:@"u8);

    /// <summary>Escapes every byte of the UTF-8 text that a segment cannot hold, <c>/</c> as <c>%2F</c>.</summary>
    public static string Escape(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var escaped = new StringBuilder(bytes.Length + 16);
        foreach (var b in bytes)
        {
            if (Plain.Contains(b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(b.ToString("X2"));
            }
        }

        return escaped.ToString();
    }
}
