using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EventGateway.Abstractions.Delivery;

/// <summary>
/// Tells an event from all others, in 16 bytes: the beginning of a SHA-256 hash. Senders choose what is hashed, so a fast hash would
/// not do: one sender could make an event whose key is that of another sender's event, which would then be taken for a duplicate.
/// </summary>
/// <param name="High">The first half.</param>
/// <param name="Low">The second half.</param>
public readonly record struct EventKey(ulong High, ulong Low)
{
    /// <summary>The length of a key in bytes.</summary>
    public const int Bytes = 16;

    private const int StackBytes = 512;

    /// <summary>Returns the key of a list of texts. Lists that differ have different keys.</summary>
    /// <param name="parts">The texts, such as a space, a source and an id.</param>
    public static EventKey Of(params ReadOnlySpan<string> parts)
    {
        var size = 0;
        foreach (var part in parts)
        {
            size += sizeof(int) + (part.Length * sizeof(char));
        }

        byte[]? rented = null;
        var text = size <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(size);

        // The lengths keep ("a", "bc") from ("ab", "c"). No text is encoded, because texts that are not valid would become equal.
        var rest = text;
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
            MemoryMarshal.AsBytes(part.AsSpan()).CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + (part.Length * sizeof(char)))..];
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..size], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return Read(hash);
    }

    /// <summary>Differs in each process, so that a sender cannot choose keys that make a dictionary slow.</summary>
    public override int GetHashCode() => HashCode.Combine(High, Low);

    /// <summary>Reads a key that <see cref="Write"/> wrote.</summary>
    /// <param name="from">The bytes, 16 at least.</param>
    public static EventKey Read(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(from), BinaryPrimitives.ReadUInt64BigEndian(from[sizeof(ulong)..]));

    /// <summary>Writes the key.</summary>
    /// <param name="into">Receives the bytes, 16 at least.</param>
    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt64BigEndian(into, High);
        BinaryPrimitives.WriteUInt64BigEndian(into[sizeof(ulong)..], Low);
    }
}
