using System.Net;

namespace EventGateway.Functions.Http.Calls;

/// <summary>The body of a request. It knows whether the transport may still read it.</summary>
internal sealed class PayloadContent(ReadOnlyMemory<byte> body) : HttpContent
{
    private volatile bool _isRead;

    /// <summary>Whether the transport may still read the body. Over HTTP/2 an answer may come before the body was read.</summary>
    public bool IsStillRead => !_isRead && !body.IsEmpty;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isRead = false;
        await stream.WriteAsync(body, cancellationToken);
        _isRead = true;
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
