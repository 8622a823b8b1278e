using System.Buffers;

namespace EventGateway.CloudEvents.Buffers;

/// <summary>A growing buffer from the shared pool. Not safe for concurrent use; its memory is gone after disposal.</summary>
public sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    // The pool keeps arrays for as long as there is memory; larger ones are left to the garbage collector.
    private const int LargestPooled = 1024 * 1024;

    private byte[] _array;
    private int _written;

    /// <summary>Creates a buffer.</summary>
    /// <param name="capacity">Bytes to make room for. Default: 1 KiB.</param>
    public PooledBuffer(int capacity = 1024) => _array = Rent(capacity);

    /// <summary>What was written, until the next write or disposal.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _written);

    /// <summary>What was written, until the next write or disposal.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _written);

    /// <summary>How many bytes were written.</summary>
    public int WrittenCount => _written;

    /// <summary>How many bytes of memory it holds, written or not.</summary>
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

    /// <summary>Forgets what was written, keeping the memory.</summary>
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
        var larger = Rent(Math.Max(checked(_written + needed), _array.Length <= LargestPooled ? _array.Length * 2 : _array.Length + (_array.Length / 2)));
        _array.AsSpan(0, _written).CopyTo(larger);
        Return(_array);
        _array = larger;
    }

    private static byte[] Rent(int capacity) => capacity <= LargestPooled ? ArrayPool<byte>.Shared.Rent(capacity) : GC.AllocateUninitializedArray<byte>(capacity);

    private static void Return(byte[] array)
    {
        if (array.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
