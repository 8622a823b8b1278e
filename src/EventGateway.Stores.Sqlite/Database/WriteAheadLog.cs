using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// Finds damage of a write-ahead log that SQLite does not report: SQLite reads a log up to the first invalid page, and takes
/// the following pages for the rest of an older log. Formats: https://www.sqlite.org/fileformat.html#the_write_ahead_log and
/// https://www.sqlite.org/walformat.html.
/// </summary>
internal static class WriteAheadLog
{
    private const int HeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int IndexHeaderBytes = 48;
    private const uint Magic = 0x377F0682;

    /// <summary>Looks for damage. Must run before SQLite opens the database. Returns null when no damage is visible.</summary>
    /// <param name="database">The database, which no process has open.</param>
    /// <param name="trustIndex">Whether the index of the log was written under the present boot of this machine.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public static string? FindDamage(string database, bool trustIndex)
    {
        var path = database + "-wal";
        var name = Path.GetFileName(path);
        var promised = trustIndex ? ReadIndex(database + "-shm") : null;
        if (!File.Exists(path))
        {
            return promised is { } index ? $"{name} is missing, which holds the latest {index.Frames} changed pages." : null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20);
        var header = new byte[HeaderBytes];
        if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
        {
            return promised is { } index ? $"{name} is cut off: it should hold {index.Frames} changed pages." : null;
        }

        var salts = BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(16));
        if (promised is { } expected && expected.Salts != salts)
        {
            return $"{name} is not the log that the database had: its header is damaged.";
        }

        var sum = new Checksum((BinaryPrimitives.ReadUInt32BigEndian(header) & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        if ((BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) != Magic || !sum.Is(header.AsSpan(24)))
        {
            return file.Length > HeaderBytes ? $"The header of {name} is damaged." : null;
        }

        var (valid, commitsAfter) = ReadFrames(file, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8)), salts, sum);
        if (promised is { } last && valid < last.Frames)
        {
            return $"{name} can be read up to changed page {valid}; it should hold {last.Frames}.";
        }

        // A power loss may leave the last transaction incomplete. The earlier ones were on disk by then.
        return commitsAfter > 1 ? $"{name} is damaged at changed page {valid + 1}; {commitsAfter - 1} later transactions are lost." : null;
    }

    // How many frames can be read, and how many transactions of the same log end after them.
    private static (long Valid, int CommitsAfter) ReadFrames(FileStream file, int pageBytes, ulong salts, Checksum sum)
    {
        var frame = new byte[FrameHeaderBytes + pageBytes];
        var (valid, commits, broken) = (0L, 0, false);
        while (file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length)
        {
            var isOfLog = BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8)) == salts;
            if (!broken)
            {
                sum.Add(frame.AsSpan(0, 8));
                sum.Add(frame.AsSpan(FrameHeaderBytes));
                broken = !isOfLog || !sum.Is(frame.AsSpan(16));
                valid += broken ? 0 : 1;
            }

            if (broken && isOfLog && BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0)
            {
                commits++;
            }
        }

        return (valid, commits);
    }

    // The pages that are in the log and not in the database, according to the index in shared memory. The index is right after
    // a crash of the process, because a transaction is on disk before it is in the index. A restart of the machine makes it
    // meaningless.
    private static (long Frames, ulong Salts)? ReadIndex(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var index = new byte[(2 * IndexHeaderBytes) + 4];
        if (file.ReadAtLeast(index, index.Length, throwOnEndOfStream: false) < index.Length
            || !index.AsSpan(0, IndexHeaderBytes).SequenceEqual(index.AsSpan(IndexHeaderBytes, IndexHeaderBytes))
            || index[12] == 0)
        {
            return null;
        }

        var frames = MemoryMarshal.Read<uint>(index.AsSpan(16));
        var copied = MemoryMarshal.Read<uint>(index.AsSpan(2 * IndexHeaderBytes));
        return frames > copied ? (frames, BinaryPrimitives.ReadUInt64BigEndian(index.AsSpan(32))) : null;
    }

    private struct Checksum(bool bigEndian)
    {
        private uint _first;
        private uint _second;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            var words = MemoryMarshal.Cast<byte, uint>(bytes);
            for (var i = 0; i + 1 < words.Length; i += 2)
            {
                _first += Order(words[i]) + _second;
                _second += Order(words[i + 1]) + _first;
            }
        }

        public readonly bool Is(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private readonly uint Order(uint word) => bigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;
    }
}
