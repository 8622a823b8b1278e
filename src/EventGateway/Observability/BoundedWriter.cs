using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EventGateway.Observability;

/// <summary>
/// Writes text to a stream on its own thread, so that a stream that blocks does not block callers. Text that does not fit into the
/// buffer is lost and counted.
/// </summary>
/// <remarks>Can be used by several threads at the same time.</remarks>
internal sealed class BoundedWriter : TextWriter
{
    /// <summary>Maximum number of characters that wait, about some thousand lines.</summary>
    public const int MaxWaiting = 256 * 1024;

    private readonly Stream _stream;
    private readonly Action<long> _onRecovered;
    private readonly object _lock = new();
    private readonly Queue<string> _waiting = new();
    private int _waitingLength;
    private bool _isWriting;
    private long _lost;
    private long _unreported;

    /// <summary>Creates a writer and starts its thread.</summary>
    /// <param name="stream">The stream. Writes to it may block.</param>
    /// <param name="onRecovered">Called with the number of lost lines after the stream has taken everything that waited.</param>
    public BoundedWriter(Stream stream, Action<long> onRecovered)
    {
        _stream = stream;
        _onRecovered = onRecovered;
        new Thread(WriteWaiting) { IsBackground = true, Name = "Console output" }.Start();
    }

    /// <inheritdoc/>
    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The number of lines lost since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        lock (_lock)
        {
            if (_waitingLength > 0 && _waitingLength + value.Length > MaxWaiting)
            {
                Lose(value);
                return;
            }

            _waiting.Enqueue(value);
            _waitingLength += value.Length;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits until everything is written, at most for <paramref name="timeout"/>.</summary>
    /// <returns>Whether everything is written.</returns>
    public bool WaitUntilWritten(TimeSpan timeout)
    {
        var end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_lock)
        {
            while (_waiting.Count > 0 || _isWriting)
            {
                var left = end - Environment.TickCount64;
                if (left <= 0 || !Monitor.Wait(_lock, (int)left))
                {
                    return false;
                }
            }

            return true;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failing stream must lose its lines, not end the program.")]
    private void WriteWaiting()
    {
        while (true)
        {
            var text = Next();
            var written = true;
            try
            {
                _stream.Write(Encoding.GetBytes(text));
            }
            catch (Exception)
            {
                written = false;
            }

            Report(Done(text, written));
        }
    }

    private string Next()
    {
        lock (_lock)
        {
            while (_waiting.Count == 0)
            {
                Monitor.Wait(_lock);
            }

            _isWriting = true;
            return _waiting.Dequeue();
        }
    }

    // Returns the number of lost lines to report: zero until the stream has taken everything that waited.
    private long Done(string text, bool written)
    {
        lock (_lock)
        {
            _isWriting = false;
            _waitingLength -= text.Length;
            if (!written)
            {
                Lose(text);
            }

            Monitor.PulseAll(_lock);
            return written && _waiting.Count == 0 ? _unreported : 0;
        }
    }

    private void Report(long lost)
    {
        if (lost > 0)
        {
            Interlocked.Add(ref _unreported, -lost);
            _onRecovered(lost);
        }
    }

    private void Lose(string text)
    {
        var lines = Math.Max(1, text.AsSpan().TrimEnd('\n').Count('\n') + 1);
        Interlocked.Add(ref _lost, lines);
        Interlocked.Add(ref _unreported, lines);
    }
}
