using System.IO.Compression;
using System.Runtime.InteropServices;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents.Http;

/// <summary>Decodes bodies that have a <c>Content-Encoding</c> (RFC 9110, section 8.4).</summary>
public sealed partial class ContentCodings
{
    /// <summary>The codings that can be decoded, as <c>Accept-Encoding</c> lists them.</summary>
    public const string Accepted = "gzip, br, deflate";

    /// <summary>How many codings a body may have. Each can hide a larger body from the limit of the one before.</summary>
    public const int MaxCount = 4;

    private readonly Coding[] _codings;

    private ContentCodings(Coding[] codings, string text) => (_codings, Text) = (codings, text);

    private enum Coding
    {
        Gzip,
        Brotli,
        Deflate,
    }

    /// <summary>The codings in the order in which they were applied, such as <c>gzip</c>.</summary>
    public string Text { get; }

    /// <summary>Decodes a whole body.</summary>
    /// <param name="coded">The body as it was sent. An empty one is empty when decoded too.</param>
    /// <param name="decoded">Takes the decoded body. Its content is valid only when decoding completes.</param>
    /// <param name="limit">The maximum length of the decoded body, in bytes.</param>
    /// <param name="reserve">Is asked for memory, with the total number of bytes that decoding holds. Null means no limit.</param>
    public DecodingOutcome Decode(ReadOnlyMemory<byte> coded, PooledBuffer decoded, int limit, Func<long, bool>? reserve = null)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        return coded.IsEmpty ? DecodingOutcome.Complete : Decode(coded, decoded, _codings.Length, limit, reserve, isBeginning: false);
    }

    /// <summary>Decodes as much of the beginning of a body as is there and valid.</summary>
    /// <param name="coded">The beginning of the body as it was sent.</param>
    /// <param name="decoded">Takes the decoded beginning.</param>
    /// <param name="maxBytes">How many bytes to decode at most.</param>
    public void DecodeBeginning(ReadOnlyMemory<byte> coded, PooledBuffer decoded, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(decoded);
        Decode(coded, decoded, _codings.Length, maxBytes - 1, reserve: null, isBeginning: true);
    }

    // The coding that was applied last is decoded first. Each step has the same limit, so that none takes longer than that.
    private DecodingOutcome Decode(
        ReadOnlyMemory<byte> coded, PooledBuffer decoded, int count, int limit, Func<long, bool>? reserve, bool isBeginning)
    {
        if (count == 1)
        {
            return Decode(_codings[0], coded, decoded, limit, reserve);
        }

        using var between = new PooledBuffer();
        var outcome = Decode(_codings[count - 1], coded, between, limit, reserve);
        return outcome is DecodingOutcome.Complete || isBeginning
            ? Decode(between.WrittenMemory, decoded, count - 1, limit, reserve is null ? null : bytes => reserve(bytes + between.Capacity), isBeginning)
            : outcome;
    }

    // Reads one byte more than the limit, which shows that the body is larger.
    private static DecodingOutcome Decode(Coding coding, ReadOnlyMemory<byte> coded, PooledBuffer decoded, int limit, Func<long, bool>? reserve)
    {
        using var decoder = Open(coding, coded);
        try
        {
            while (true)
            {
                var room = decoded.GetSpan();
                var left = limit - decoded.WrittenCount + 1;
                var read = decoder.Read(room.Length > left ? room[..left] : room);
                if (read == 0)
                {
                    return DecodingOutcome.Complete;
                }

                decoded.Advance(read);
                if (decoded.WrittenCount > limit)
                {
                    return DecodingOutcome.TooLarge;
                }

                if (reserve?.Invoke(decoded.Capacity) is false)
                {
                    return DecodingOutcome.NoRoom;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
        {
            // The decoders report invalid data in these ways. A body that ends early is reported because the program's setting
            // System.IO.Compression.UseStrictValidation is on.
            return DecodingOutcome.Damaged;
        }
    }

    private static Stream Open(Coding coding, ReadOnlyMemory<byte> coded)
    {
        var bytes = MemoryMarshal.TryGetArray(coded, out var array) ? array : coded.ToArray();
        var source = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return coding switch
        {
            Coding.Gzip => new GZipStream(source, CompressionMode.Decompress),
            Coding.Brotli => new BrotliStream(source, CompressionMode.Decompress),
            // RFC 9110 means the zlib format, but some servers send deflate data without it.
            _ => HasZlibHeader(coded.Span) ? new ZLibStream(source, CompressionMode.Decompress) : new DeflateStream(source, CompressionMode.Decompress),
        };
    }

    // RFC 1950, section 2.2. No encoder begins plain deflate data with such bytes.
    private static bool HasZlibHeader(ReadOnlySpan<byte> data) =>
        data.Length >= 2 && (data[0] & 0x0F) == 8 && ((data[0] << 8) | data[1]) % 31 == 0;
}
