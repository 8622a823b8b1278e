using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>What the providers of services that take batches have in common.</summary>
/// <param name="timeProvider">The clock.</param>
internal abstract class BatchingFunctionProvider(TimeProvider timeProvider) : AwsFunctionProvider
{
    private readonly ConditionalWeakTable<Function, Batcher> _batchers = [];

    /// <summary>How much one call of a function may carry.</summary>
    protected abstract BatchLimits LimitsOf(Function function);

    /// <summary>The name that a sync caller gets the service's id for the event under.</summary>
    protected abstract string ReceiptName { get; }

    /// <inheritdoc/>
    public override async ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var limits = LimitsOf(function);
        var record = ToRecord(function, invocation) with { Via = invocation.Via };
        if (record.Size > limits.RecordBytes)
        {
            return TooLarge(record.Size, limits.RecordBytes);
        }

        var batcher = _batchers.GetValue(function, function => new Batcher(LimitsOf(function), Open(function), timeProvider));
        var item = await batcher.SendAsync(record, cancellationToken);
        if (item.Failure is { } failure)
        {
            return failure;
        }

        return invocation.WantsOutcomeOnly ? new FunctionResult(FunctionOutcome.Success) { Status = 200 } : Answer(item.Receipt);
    }

    /// <summary>Makes what sends the records of a function.</summary>
    protected abstract IBatchSender Open(Function function);

    /// <summary>Makes the record of an event.</summary>
    protected abstract BatchRecord ToRecord(Function function, Invocation invocation);

    /// <summary>Makes a key of at most some characters: the text itself, or what stands for it.</summary>
    protected static string Shorten(string text, int length) =>
        text.Length <= length ? text : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // A response object, as every function answers one that wants to say more than that it is well.
    private FunctionResult Answer(string? receipt)
    {
        var buffer = new PooledBuffer(256);
        using (var json = new Utf8JsonWriter((IBufferWriter<byte>)buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("statusCode"u8, 200);
            json.WriteStartObject("headers"u8);
            json.WriteString("content-type"u8, "application/json"u8);
            json.WriteEndObject();
            json.WriteString("body"u8, SettingsReader.Write([(ReceiptName, receipt ?? string.Empty)]).GetRawText());
            json.WriteEndObject();
        }

        return new FunctionResult(FunctionOutcome.Success, buffer.WrittenMemory, buffer) { Status = 200 };
    }
}
