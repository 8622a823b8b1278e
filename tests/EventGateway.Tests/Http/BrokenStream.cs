using System.Text;

namespace EventGateway.Tests.Http;

/// <summary>A body that gives some text, then fails.</summary>
internal sealed class BrokenStream(string begun) : MemoryStream(Encoding.UTF8.GetBytes(begun))
{
    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken);
        // A read of no bytes only asks whether there are some.
        return read > 0 || buffer.IsEmpty ? read : throw new IOException("broken");
    }
}
