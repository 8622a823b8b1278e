using System.Buffers;

namespace EventGateway.CloudEvents.Http;

/// <summary>Checks values of headers (RFC 9110, section 5.5).</summary>
public static class FieldValue
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000a\u000b\u000c\u000d\u000e\u000f" +
        "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f");

    /// <summary>
    /// Returns whether a text can be sent as the value of a header: it has no control character except the tab. Characters
    /// outside ASCII pass, because their bytes are opaque data that cannot end a header.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> text) => !text.ContainsAny(Forbidden);
}
