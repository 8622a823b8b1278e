using System.Buffers.Binary;
using System.Text;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Creates random HTTP/2 frames: requests of the corpus with random changes to their fields and frames.</summary>
internal sealed class FuzzFrames(FuzzInput input)
{
    /// <summary>Returns the frames of one or more requests, without the preface.</summary>
    public List<byte[]> Make(string mark)
    {
        var frames = new List<byte[]>();
        var stream = 1;
        for (var i = input.Next(3); i >= 0; i--)
        {
            AddRequest(frames, input.Next(12) == 0 ? input.Next(8) : stream, mark);
            stream += 2;
            if (input.Next(3) == 0)
            {
                frames.Add(RandomFrame(stream));
            }
        }

        if (input.Next(6) == 0)
        {
            var at = input.Next(frames.Count);
            frames[at] = Encoding.Latin1.GetBytes(input.Change(Encoding.Latin1.GetString(frames[at])));
        }

        return frames;
    }

    private void AddRequest(List<byte[]> frames, int stream, string mark)
    {
        var parts = input.Request(mark).Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        var line = lines[0].Split(' ');
        var body = Encoding.Latin1.GetBytes(input.Next(2) == 0 ? parts[1] : input.Change(parts[1]));
        var fields = Http2Connection.Request(line[0], MaybeChange(line[1].Replace("https://a", "", StringComparison.Ordinal)));
        foreach (var header in lines[1..])
        {
            var (name, value) = header.Split(": ", 2) is [var first, var second] ? (first, second) : (header, "");
            // HTTP/2 does not use the framing headers of HTTP/1.1. Some requests contain them nevertheless.
            if (input.Next(8) == 0 || name is not ("Host" or "Transfer-Encoding" or "Connection" or "Content-Length" or "Upgrade" or "TE" or "Trailer"))
            {
                fields.Add(new HttpField(MaybeChange(input.Next(20) == 0 ? name : name.ToLowerInvariant()), MaybeChange(value)));
            }
        }

        if (input.Next(6) == 0)
        {
            var at = input.Next(fields.Count);
            fields[at] = new HttpField(MaybeChange(fields[at].Name), MaybeChange(fields[at].Value));
        }

        if (input.Next(10) == 0)
        {
            fields.Insert(input.Next(fields.Count), fields[input.Next(fields.Count)]);
        }

        if (input.Next(10) == 0)
        {
            fields.RemoveAt(input.Next(fields.Count));
        }

        AddHead(frames, stream, fields, isLast: body.Length == 0);
        if (body.Length > 0 && input.Next(10) != 0)
        {
            frames.Add(Frame(FrameType.Data, input.Pick<byte>(1, 1, 1, 0, 8, 9), stream, body));
        }

        if (input.Next(10) == 0)
        {
            AddHead(frames, stream, [new HttpField(MaybeChange("x-trailer"), MaybeChange(mark))], isLast: true);
        }
    }

    private void AddHead(List<byte[]> frames, int stream, List<HttpField> fields, bool isLast)
    {
        var block = Hpack.Encode(fields);
        if (input.Next(15) == 0)
        {
            block = Encoding.Latin1.GetBytes(input.Change(Encoding.Latin1.GetString(block)));
        }

        var end = isLast ? Http2Connection.EndStream : (byte)0;
        if (block.Length > 1 && input.Next(6) == 0)
        {
            var at = input.Next(block.Length);
            frames.Add(Frame(FrameType.Headers, end, stream, block[..at]));
            frames.Add(Frame(FrameType.Continuation, input.Next(8) == 0 ? (byte)0 : Http2Connection.EndHeaders, stream, block[at..]));
            return;
        }

        frames.Add(Frame(FrameType.Headers, (byte)(end | Http2Connection.EndHeaders | (input.Next(15) == 0 ? 0x28 : 0)), stream, block));
    }

    private byte[] RandomFrame(int stream)
    {
        var payload = Encoding.Latin1.GetBytes(input.Noise(input.Pick(8, 8, 8, 200)));
        var known = input.Next(4) switch
        {
            0 => Frame(FrameType.WindowUpdate, 0, input.Pick(0, stream), [(byte)input.Next(256), (byte)input.Next(256), (byte)input.Next(256), (byte)input.Next(256)]),
            1 => Frame(FrameType.Settings, 0, 0, [0, (byte)input.Next(8), (byte)input.Next(256), (byte)input.Next(256), (byte)input.Next(256), (byte)input.Next(256)]),
            2 => Frame(FrameType.Ping, (byte)input.Next(2), 0, new byte[8]),
            _ => Frame(FrameType.Reset, 0, Math.Max(1, stream - 2), [0, 0, 0, (byte)input.Next(14)]),
        };
        return input.Next(3) == 0 ? Frame((FrameType)input.Next(16), (byte)input.Next(256), input.Pick(0, 1, stream, int.MaxValue), payload) : known;
    }

    private string MaybeChange(string text) => input.Next(10) == 0 ? input.Change(text) : text;

    private static byte[] Frame(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        (frame[3], frame[4]) = ((byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }
}
