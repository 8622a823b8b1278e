using System.Globalization;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Reads HTTP/1.1 from a stream as it is on the wire, so that a test sees what a library would smooth over.</summary>
internal sealed class HttpStreamReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null where the stream ended before one began.</summary>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return line.Count == 0 ? null : throw new EndOfStreamException("The connection closed within a line.");
            }

            var b = _buffer[_start++];
            if (b == '\n')
            {
                if (line.Count > 0 && line[^1] == '\r')
                {
                    line.RemoveAt(line.Count - 1);
                }

                return Encoding.UTF8.GetString([.. line]);
            }

            line.Add(b);
        }
    }

    /// <summary>The header lines up to the empty one.</summary>
    public async ValueTask<IReadOnlyList<HttpField>> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        var fields = new List<HttpField>();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                return fields;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            fields.Add(colon < 0 ? new HttpField(line, "") : new HttpField(line[..colon], line[(colon + 1)..].Trim()));
        }

        throw new EndOfStreamException("The connection closed within the headers.");
    }

    /// <summary>The body that these headers announce: chunked, of a length, or, where allowed, up to the end of the stream.</summary>
    public async ValueTask<byte[]> ReadBodyAsync(IReadOnlyList<HttpField> fields, bool toEnd, CancellationToken cancellationToken)
    {
        if (fields.Find("transfer-encoding") is { } coding && coding.EndsWith("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadChunksAsync(cancellationToken);
        }

        if (fields.Find("content-length") is { } length)
        {
            using var body = new MemoryStream();
            await CopyAsync(body, long.Parse(length), cancellationToken);
            return body.ToArray();
        }

        return toEnd ? await ReadToEndAsync(cancellationToken) : [];
    }

    private async ValueTask<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException("The connection closed before a chunk.");
            var size = long.Parse(line.Split(';')[0].Trim(), NumberStyles.HexNumber);
            if (size == 0)
            {
                await ReadFieldsAsync(cancellationToken);
                return body.ToArray();
            }

            await CopyAsync(body, size, cancellationToken);
            await ReadLineAsync(cancellationToken);
        }
    }

    private async ValueTask<byte[]> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        do
        {
            body.Write(_buffer, _start, _end - _start);
            _start = _end;
        }
        while (await FillAsync(cancellationToken));

        return body.ToArray();
    }

    private async ValueTask CopyAsync(MemoryStream target, long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("The connection closed within the body.");
            }

            var part = (int)Math.Min(count, _end - _start);
            target.Write(_buffer, _start, part);
            _start += part;
            count -= part;
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken);
        return _end > 0;
    }
}
