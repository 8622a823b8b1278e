using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.CloudEvents.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EventGateway.Observability;

/// <summary>Writes a log entry as one JSON object in a line, with the named values of its message as fields.</summary>
internal sealed class JsonLogFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name that selects the formatter.</summary>
    public const string FormatterName = "event-gateway-json";

    /// <summary>The fields of every entry. A message has no value with one of these names, except a trace.</summary>
    public static readonly IReadOnlyList<string> Reserved = ["timestamp", "level", "message", "event", "code", "logger", TraceId, "spanId", "exception"];

    private const string TraceId = "traceId";

    // Readable text. LogText escapes what must not be in a line, with the escapes of JSON.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var buffer = new PooledBuffer(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp", time.GetUtcNow().ToString(Logging.TimestampFormat, CultureInfo.InvariantCulture));
            writer.WriteString("level", NameOf(logEntry.LogLevel));
            writer.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (LogEventNames.Find(logEntry.Category, logEntry.EventId) is { } name)
            {
                writer.WriteString("event", name);
            }

            if (logEntry.EventId.Id != 0)
            {
                writer.WriteNumber("code", logEntry.EventId.Id);
            }

            writer.WriteString("logger", logEntry.Category);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                writer.WriteString(TraceId, activity.TraceId.ToHexString());
                writer.WriteString("spanId", activity.SpanId.ToHexString());
            }

            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                WriteValues(writer, values);
            }

            if (logEntry.Exception is { } exception)
            {
                writer.WriteString("exception", exception.ToString());
            }

            writer.WriteEndObject();
        }

        textWriter.Write(LogText.Escape(Encoding.UTF8.GetString(buffer.WrittenMemory.Span)));
        textWriter.Write('\n');
    }

    private static void WriteValues(Utf8JsonWriter writer, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(values[i].Key);
            if (name is not "{OriginalFormat}" && (name is TraceId ? Activity.Current is null : !Reserved.Contains(name, StringComparer.Ordinal)))
            {
                writer.WritePropertyName(name);
                WriteValue(writer, values[i].Value);
            }
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case SuppressedLines lines:
                writer.WriteNumberValue(lines.Count);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case DateTimeOffset instant:
                writer.WriteStringValue(instant.UtcDateTime.ToString(Logging.TimestampFormat, CultureInfo.InvariantCulture));
                break;
            case IFormattable formattable:
                writer.WriteStringValue(formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
