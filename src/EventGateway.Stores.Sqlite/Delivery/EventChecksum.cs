using System.Buffers;
using System.IO.Hashing;
using System.Text;
using EventGateway.CloudEvents;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The checksum of a stored event. It covers the bytes and the attributes in other columns, so that a row with the bytes of
/// another event does not match.
/// </summary>
internal static class EventChecksum
{
    private const int StackBytes = 512;

    /// <summary>Computes the checksum. Never 0, which stands for an event that has none.</summary>
    public static long Of(string id, string type, CloudEventFormat format, ReadOnlySpan<byte> body)
    {
        var hash = XxHash3.HashToUInt64(body, (long)Hash(type, Hash(id, (ulong)format)));
        return hash is 0 ? 1 : (long)hash;
    }

    /// <summary>Returns true when the event matches its stored checksum.</summary>
    /// <param name="checksum">The stored checksum. 0 means that an older program stored the event, so it cannot be checked.</param>
    /// <param name="id">The stored id.</param>
    /// <param name="type">The stored type.</param>
    /// <param name="format">The stored format.</param>
    /// <param name="body">The stored bytes.</param>
    public static bool Matches(long checksum, string id, string type, CloudEventFormat format, ReadOnlySpan<byte> body) =>
        checksum is 0 || checksum == Of(id, type, format, body);

    // Of the text as the database returns it: SQLite stores UTF-8, and ends a text at the first NUL.
    private static ulong Hash(string text, ulong seed)
    {
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        var stored = end < 0 ? text.AsSpan() : text.AsSpan(0, end);
        byte[]? rented = null;
        var size = Encoding.UTF8.GetMaxByteCount(stored.Length);
        var utf8 = size <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(size);
        var hash = XxHash3.HashToUInt64(utf8[..Encoding.UTF8.GetBytes(stored, utf8)], (long)seed);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }
}
