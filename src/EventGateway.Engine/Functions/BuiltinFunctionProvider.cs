using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Functions;

/// <summary>Functions inside the gateway, for trying things out: type <c>builtin</c>, settings <c>{"name": …}</c>.</summary>
/// <param name="logger">Where <c>log</c> writes.</param>
public sealed partial class BuiltinFunctionProvider(ILogger<BuiltinFunctionProvider> logger) : IFunctionProvider
{
    private const string Accepted = "echo (answers with the event), log (writes one log line) or discard (does nothing)";
    private const int MaxLoggedBytes = 8 * 1024;

    private static readonly byte[] _emptyResponse = "{}"u8.ToArray();

    /// <inheritdoc/>
    public string Type => "builtin";

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var name = ProviderSettings.ReadRequired(settings, "name", Accepted, errors);
        if (name is null)
        {
            return default;
        }

        if (name is not ("echo" or "log" or "discard"))
        {
            errors.Add($"provider.name must be {Accepted}");
            return default;
        }

        return ProviderSettings.Create("name", name);
    }

    /// <inheritdoc/>
    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        var name = function.Provider.GetProperty("name"u8);
        if (name.ValueEquals("echo"u8))
        {
            return ValueTask.FromResult(Echo(invocation.Payload));
        }

        if (name.ValueEquals("log"u8) && logger.IsEnabled(LogLevel.Information))
        {
            LogEvent(function.Space, function.FunctionId, Describe(invocation.Payload));
        }

        return ValueTask.FromResult(new FunctionResult(FunctionOutcome.Success, _emptyResponse) { Status = 200 });
    }

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
        // A log is read by others than those whom the sender meant.
        var body = EventCredentials.Mask(payload.Body).Span;
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxLoggedBytes)]);
        return payload.Headers is null ? text : $"{string.Join(", ", payload.Headers.Select(Masked))} {text}";
    }

    private static KeyValuePair<string, string> Masked(KeyValuePair<string, string> header) =>
        CredentialNames.IsHeader(header.Key) ? new(header.Key, CredentialNames.Mask) : header;

    [LoggerMessage(3001, LogLevel.Information, "Event for function {Space}/{FunctionId}: {Event}")]
    private partial void LogEvent(string space, string functionId, string @event);
}
