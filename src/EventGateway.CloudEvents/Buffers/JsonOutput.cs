using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventGateway.CloudEvents.Buffers;

/// <summary>Writes JSON with a writer that each thread keeps, since creating one costs more than writing most events.</summary>
public static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new()
    {
        // What JSON needs and no more: nothing is put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes JSON. The writer checks nothing: balanced objects and arrays are the caller's business.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="output">Where it goes.</param>
    /// <param name="value">What is written.</param>
    /// <param name="write">Writes it, and does not keep the writer.</param>
    public static void Write<T>(IBufferWriter<byte> output, T value, Action<Utf8JsonWriter, T> write)
    {
        var writer = _writer;
        _writer = null;
        if (writer is null)
        {
            writer = new Utf8JsonWriter(output, Options);
        }
        else
        {
            writer.Reset(output);
        }

        write(writer, value);
        writer.Flush();

        // Kept only after success, and without the caller's buffer.
        writer.Reset(Nowhere.Instance);
        _writer = writer;
    }

    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static readonly Nowhere Instance = new();

        public void Advance(int count) => throw new NotSupportedException("Nothing is written here.");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("Nothing is written here.");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException("Nothing is written here.");
    }
}
