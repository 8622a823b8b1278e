using System.Buffers;

namespace EventGateway.CloudEvents.Buffers;

/// <summary>A growing buffer from the shared array pool. Not safe for concurrent use. Its memory is invalid after disposal.</summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    // Larger arrays are left to the garbage collector, because the pool keeps its arrays while there is memory.
    private const int MaxPooled = 1024 * 1024;

    private byte[] _array;
    private int _written;

    /// <summary>Creates a buffer.</summary>
    /// <param name="capacity">The initial capacity in bytes. Default: 1 KiB.</param>
    public PooledBuffer(int capacity = 1024) => _array = Rent(capacity);

    /// <summary>The written bytes. Valid until the next write or disposal.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    /// <summary>The written bytes. Valid until the next write or disposal.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    /// <summary>The number of written bytes.</summary>
    public int WrittenCount => _written;

    /// <summary>The size of the underlying array, in bytes.</summary>
    public int Capacity => _array.Length;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _written);
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsMemory(_written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsSpan(_written);
    }

    /// <summary>Removes the written bytes and keeps the memory.</summary>
    public void Clear() => _written = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        var array = Interlocked.Exchange(ref _array, []);
        if (array.Length > 0)
        {
            _written = 0;
            Return(array);
        }
    }

    private void EnsureRoom(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_array.Length - _written >= needed)
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_array.Length == 0, this);
        var larger = Rent(Math.Max(checked(_written + needed), _array.Length <= MaxPooled ? _array.Length * 2 : _array.Length + (_array.Length / 2)));
        _array.AsSpan(0, _written).CopyTo(larger);
        Return(_array);
        _array = larger;
    }

    private static byte[] Rent(int capacity) => capacity <= MaxPooled ? ArrayPool<byte>.Shared.Rent(capacity) : GC.AllocateUninitializedArray<byte>(capacity);

    private static void Return(byte[] array)
    {
        if (array.Length <= MaxPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
