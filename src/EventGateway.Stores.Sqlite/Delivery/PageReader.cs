using System.Buffers.Binary;
using System.Text;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Reads the rows on the pages of a database file, each page without the pages above it, which may be lost. Free pages
/// are left out, because their rows were deleted. Format: https://www.sqlite.org/fileformat.html#b_tree_pages.
/// </summary>
internal sealed class PageReader : IDisposable
{
    private const byte TableLeaf = 0x0D;
    private const byte IndexLeaf = 0x0A;
    private const byte IndexInterior = 0x02;
    private const int FileHeaderBytes = 100;
    private const int LeafHeaderBytes = 8;
    private const int InteriorHeaderBytes = 12;

    private readonly FileStream _file;
    private readonly int _pageBytes;
    private readonly int _usable;
    private readonly uint _pages;

    public PageReader(string path, int pageBytes)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _pageBytes = pageBytes;
        _usable = pageBytes;
        _pages = (uint)(_file.Length / pageBytes);
    }

    /// <summary>Reads the rows of all pages. A row that cannot be read is left out.</summary>
    public IEnumerable<PageRow> ReadRows()
    {
        var free = ListFree();
        for (var number = 2u; number <= _pages; number++)
        {
            if (free.Contains(number))
            {
                continue;
            }

            var page = ReadPage(number);
            if (page[0] is not (TableLeaf or IndexLeaf or IndexInterior))
            {
                continue;
            }

            var header = page[0] is IndexInterior ? InteriorHeaderBytes : LeafHeaderBytes;
            var cells = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(3)), (_pageBytes - header) / 2);
            for (var cell = 0; cell < cells; cell++)
            {
                if (TryReadRow(page, BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(header + (2 * cell)))) is { } row)
                {
                    yield return row;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private PageRow? TryReadRow(byte[] page, int start)
    {
        try
        {
            // The number of the page below.
            start += page[0] is IndexInterior ? sizeof(uint) : 0;
            var isTable = page[0] is TableLeaf;
            var size = (int)ReadVarint(page, ref start);
            var rowId = isTable ? ReadVarint(page, ref start) : (long?)null;
            return ReadPayload(page, start, size, isTable) is { } payload ? new PageRow(rowId, ReadRecord(payload)) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // The cell points beyond its page.
            return null;
        }
    }

    // https://www.sqlite.org/fileformat.html#b_tree_pages, "the amount of payload that is stored locally".
    private byte[]? ReadPayload(byte[] page, int start, int size, bool isTable)
    {
        var most = isTable ? _usable - 35 : ((_usable - 12) * 64 / 255) - 23;
        if (size <= most)
        {
            return page.AsSpan(start, size).ToArray();
        }

        if (size > _file.Length)
        {
            return null;
        }

        var least = ((_usable - 12) * 32 / 255) - 23;
        var local = least + ((size - least) % (_usable - 4));
        local = local <= most ? local : least;
        var payload = new byte[size];
        page.AsSpan(start, local).CopyTo(payload);
        var next = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(start + local));
        for (var filled = local; filled < size;)
        {
            if (next is 0 || next > _pages)
            {
                return null;
            }

            var overflow = ReadPage(next);
            var part = Math.Min(size - filled, _usable - 4);
            overflow.AsSpan(4, part).CopyTo(payload.AsSpan(filled));
            filled += part;
            next = BinaryPrimitives.ReadUInt32BigEndian(overflow);
        }

        return payload;
    }

    // https://www.sqlite.org/fileformat.html#record_format
    private static object?[] ReadRecord(byte[] payload)
    {
        var place = 0;
        var content = (int)ReadVarint(payload, ref place);
        var values = new List<object?>();
        for (var end = content; place < end;)
        {
            var type = ReadVarint(payload, ref place);
            values.Add(ReadValue(payload, type, ref content));
        }

        return [.. values];
    }

    private static object? ReadValue(byte[] payload, long type, ref int place)
    {
        if (type >= 12)
        {
            var bytes = payload.AsSpan(place, checked((int)((type - 12) / 2)));
            place += bytes.Length;
            return type % 2 == 0 ? bytes.ToArray() : Encoding.UTF8.GetString(bytes);
        }

        var length = type switch { 5 => 6, 6 or 7 => 8, > 0 and < 5 => (int)type, _ => 0 };
        var number = 0L;
        foreach (var value in payload.AsSpan(place, length))
        {
            number = (number << 8) | value;
        }

        place += length;
        return type switch
        {
            0 => null,
            8 or 9 => type - 8,
            _ => length is 0 ? null : (number << (64 - (8 * length))) >> (64 - (8 * length)),
        };
    }

    private static long ReadVarint(byte[] bytes, ref int place)
    {
        var value = 0L;
        for (var i = 0; i < 8; i++)
        {
            var next = bytes[place++];
            value = (value << 7) | (uint)(next & 0x7F);
            if (next < 0x80)
            {
                return value;
            }
        }

        return (value << 8) | bytes[place++];
    }

    // https://www.sqlite.org/fileformat.html#the_freelist
    private HashSet<uint> ListFree()
    {
        var free = new HashSet<uint>();
        var trunk = _pages == 0 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(ReadPage(1).AsSpan(32, FileHeaderBytes - 32));
        while (trunk > 0 && trunk <= _pages && free.Add(trunk))
        {
            var page = ReadPage(trunk);
            var count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(4)), (uint)((_pageBytes / 4) - 2));
            for (var i = 0; i < count; i++)
            {
                free.Add(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(8 + (4 * i))));
            }

            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return free;
    }

    private byte[] ReadPage(uint number)
    {
        var page = new byte[_pageBytes];
        _file.Position = (long)(number - 1) * _pageBytes;
        _file.ReadExactly(page);
        return page;
    }
}
