using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Functions;

/// <summary>Functions inside the gateway, for trying things out: type <c>builtin</c>, settings <c>{"name": …}</c>.</summary>
/// <param name="logger">Where <c>log</c> writes.</param>
public sealed partial class BuiltinFunctionProvider(ILogger<BuiltinFunctionProvider> logger) : IFunctionProvider
{
    private const int MaxLoggedBytes = 8 * 1024;

    private static readonly byte[] EmptyResponse = """{"statusCode":200}"""u8.ToArray();

    private readonly ConditionalWeakTable<Function, BuiltinSettings> _settings = [];

    /// <inheritdoc/>
    public string Type => "builtin";

    /// <inheritdoc/>
    public JsonObject DescribeSettings()
    {
        var schema = JsonFields.Describe(BuiltinSettings.Read);
        schema["title"] = "Builtin";
        return schema;
    }

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, SettingErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return BuiltinSettings.Read(settings, errors) is { } valid ? SettingsWriter.Store(valid) : default;
    }

    /// <inheritdoc/>
    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        var name = _settings.GetValue(function, Read).Name;
        if (name is "echo")
        {
            return ValueTask.FromResult(Echo(invocation.Payload));
        }

        if (name is "log" && logger.IsEnabled(LogLevel.Information))
        {
            LogEvent(function.Space, function.FunctionId, Describe(invocation.Payload));
        }

        return ValueTask.FromResult(new FunctionResult(FunctionOutcome.Success, EmptyResponse) { Status = 200 });
    }

    private static BuiltinSettings Read(Function function) =>
        BuiltinSettings.Read(function.Provider, FieldErrors.Ignored)
            ?? throw new InvalidOperationException("A function has settings that were never validated.");

    private static FunctionResult Echo(EventPayload payload)
    {
        var buffer = new PooledBuffer(payload.Body.Length + 256);
        using (var json = new Utf8JsonWriter((IBufferWriter<byte>)buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode"u8, 200);
            json.WriteStartObject("headers"u8);
            if (payload.Headers is null)
            {
                json.WriteString("content-type"u8, "application/json"u8);
            }
            else
            {
                WriteBinaryModeHeaders(json, payload);
            }

            json.WriteEndObject();
            WriteBody(json, payload.Body.Span);
            json.WriteEndObject();
        }

        return new FunctionResult(FunctionOutcome.Success, buffer.WrittenMemory, buffer) { Status = 200 };
    }

    private static void WriteBinaryModeHeaders(Utf8JsonWriter json, EventPayload payload)
    {
        if (payload.ContentType is { } contentType)
        {
            json.WriteString("content-type"u8, contentType);
        }

        foreach (var header in payload.Headers!)
        {
            json.WriteString(header.Key, header.Value);
        }
    }

    private static void WriteBody(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        if (Utf8.IsValid(body))
        {
            json.WriteString("body"u8, body);
        }
        else
        {
            // Binary mode may carry any bytes, a response object only text.
            json.WriteBase64String("body"u8, body);
        }
    }

    private static string Describe(EventPayload payload)
    {
        // More people read the log than the sender had in mind.
        var body = EventCredentials.Mask(payload.Body).Span;
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxLoggedBytes)]);
        return payload.Headers is null ? text : $"{string.Join(", ", payload.Headers.Select(Masked))} {text}";
    }

    private static KeyValuePair<string, string> Masked(KeyValuePair<string, string> header) =>
        CredentialNames.IsHeader(header.Key) ? new(header.Key, CredentialNames.Mask) : header;

    [LoggerMessage(LogEvents.BuiltinEvent, LogLevel.Information, "Event for function {Space}/{FunctionId}: {CloudEvent}")]
    private partial void LogEvent(string space, string functionId, string cloudEvent);
}
