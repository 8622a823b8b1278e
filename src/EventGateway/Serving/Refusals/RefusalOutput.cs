using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace EventGateway.Serving.Refusals;

/// <summary>
/// The output of a connection. Passes everything on, until Kestrel refuses a request over HTTP/1.1: then the errors body is added to
/// the empty answer, which is the last one of the connection.
/// </summary>
/// <param name="inner">The output of the transport.</param>
internal sealed class RefusalOutput(PipeWriter inner) : PipeWriter
{
    private ArrayBufferWriter<byte>? _held;
    private ReadOnlyMemory<byte> _body;
    private bool _hasBody;

    /// <summary>Puts this output in the place of a connection's own.</summary>
    public static ConnectionDelegate Track(ConnectionDelegate next) => connection =>
    {
        var output = new RefusalOutput(connection.Transport.Output);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        connection.Features.Set(output);
        return next(connection);
    };

    /// <summary>Adds a body to the empty answer that Kestrel writes next.</summary>
    /// <param name="body">The errors body.</param>
    /// <param name="hasBody">Whether the answer has the body, or only its length, as the answer to HEAD.</param>
    public void Refuse(ReadOnlyMemory<byte> body, bool hasBody)
    {
        (_body, _hasBody) = (body, hasBody);
        _held ??= new ArrayBufferWriter<byte>();
    }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes + (_held?.WrittenCount ?? 0);

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _held is null ? inner.GetMemory(sizeHint) : _held.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _held is null ? inner.GetSpan(sizeHint) : _held.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (_held is null)
        {
            inner.Advance(bytes);
        }
        else
        {
            _held.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _held is null ? inner.WriteAsync(source, cancellationToken) : base.WriteAsync(source, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Release();
        inner.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return inner.CompleteAsync(exception);
    }

    // Kestrel writes the whole answer before it flushes. Other output goes out unchanged: the GOAWAY for a client that
    // sends HTTP/2 to a port without TLS.
    private void Release()
    {
        if (_held is not { WrittenCount: > 0 } held)
        {
            return;
        }

        _held = null;
        var answer = held.WrittenSpan;
        var length = "\r\nContent-Length: 0\r\n"u8;
        if (answer.IndexOf(length) is >= 0 and var at && answer.EndsWith("\r\n\r\n"u8))
        {
            inner.Write(answer[..at]);
            inner.Write("\r\nContent-Type: application/json"u8);
            inner.Write(Encoding.ASCII.GetBytes($"\r\nContent-Length: {_body.Length}\r\n"));
            inner.Write(answer[(at + length.Length)..]);
            inner.Write(_hasBody ? _body.Span : default);
        }
        else
        {
            inner.Write(answer);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
