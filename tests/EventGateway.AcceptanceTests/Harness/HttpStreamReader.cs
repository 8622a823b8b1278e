using System.Globalization;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Reads HTTP/1.1 from a stream byte by byte, so that tests see details that HTTP libraries hide.</summary>
internal sealed class HttpStreamReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Returns the next line without its line break. Returns null at the end of the stream.</summary>
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

    /// <summary>Returns the header lines up to the empty line.</summary>
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

    /// <summary>Returns the body, with chunks or a length according to the headers. Without either, it reads to the end of the stream if allowed.</summary>
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
