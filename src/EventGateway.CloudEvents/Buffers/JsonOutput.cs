using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EventGateway.CloudEvents.Buffers;

/// <summary>Writes JSON with a cached writer for each thread. Creating a writer costs more than writing most events.</summary>
public static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new()
    {
        // Escapes only what JSON needs, because the output is not put into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>Writes JSON. The writer does not validate: the caller must write balanced objects and arrays.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value to write.</param>
    /// <param name="write">Writes the value. It must not keep the writer.</param>
    public static void Write<T>(IBufferWriter<byte> output, T value, Action<Utf8JsonWriter, T> write)
    {
        var writer = Take(output);
        write(writer, value);
        Return(writer);
    }

    /// <summary>Writes JSON and returns what the callback returns. The writer does not validate.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="value">The value to write.</param>
    /// <param name="write">Writes the value. It must not keep the writer.</param>
    internal static TResult Write<T, TResult>(IBufferWriter<byte> output, T value, Func<Utf8JsonWriter, T, TResult> write)
    {
        var writer = Take(output);
        var result = write(writer, value);
        Return(writer);
        return result;
    }

    private static Utf8JsonWriter Take(IBufferWriter<byte> output)
    {
        if (_writer is not { } writer)
        {
            return new Utf8JsonWriter(output, Options);
        }

        _writer = null;
        writer.Reset(output);
        return writer;
    }

    // Cached only after success, and without a reference to the caller's output.
    private static void Return(Utf8JsonWriter writer)
    {
        writer.Flush();
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
