using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Part of HPACK (RFC 7541): enough for peers that use neither the dynamic table nor Huffman codes.</summary>
internal static class Hpack
{
    private const int FirstStatus = 8;

    private static readonly string[] Statuses = ["200", "204", "206", "304", "400", "404", "500"];

    /// <summary>Writes a header block of literal fields. Each character is one byte.</summary>
    public static byte[] Encode(IEnumerable<HttpField> fields)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            WriteText(block, Encoding.Latin1.GetBytes(name));
            WriteText(block, Encoding.Latin1.GetBytes(value));
        }

        return block.ToArray();
    }

    /// <summary>Reads a header block. A name from the static table is <c>:status</c> or the number of the entry.</summary>
    public static List<HttpField> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<HttpField>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                var index = ReadNumber(ref block, 7);
                fields.Add(new HttpField(NameOf(index), index - FirstStatus is >= 0 and < 7 and var at ? Statuses[at] : ""));
            }
            else if ((first & 0xe0) == 0x20)
            {
                ReadNumber(ref block, 5);
            }
            else
            {
                var index = ReadNumber(ref block, (first & 0x40) != 0 ? 6 : 4);
                var name = index == 0 ? ReadText(ref block) : NameOf(index);
                fields.Add(new HttpField(name, ReadText(ref block)));
            }
        }

        return fields;
    }

    private static string NameOf(int index) => index is >= FirstStatus and <= FirstStatus + 6 ? ":status" : $"{index}";

    private static void WriteText(MemoryStream block, byte[] text)
    {
        if (text.Length < 127)
        {
            block.WriteByte((byte)text.Length);
        }
        else
        {
            block.WriteByte(127);
            var rest = text.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)(rest | 128));
            }

            block.WriteByte((byte)rest);
        }

        block.Write(text);
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0)
        {
            throw new InvalidDataException("The text uses a Huffman code.");
        }

        var length = ReadNumber(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var max = (1 << bits) - 1;
        var number = block[0] & max;
        block = block[1..];
        if (number < max)
        {
            return number;
        }

        for (var shift = 0; ; shift += 7)
        {
            var next = block[0];
            block = block[1..];
            number += (next & 127) << shift;
            if ((next & 128) == 0)
            {
                return number;
            }
        }
    }
}
