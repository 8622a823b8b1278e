using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>Sends events to a service that accepts them in batches.</summary>
internal abstract class BatchingFunctionProvider<TSettings>(TimeProvider timeProvider) : AwsFunctionProvider<TSettings>
    where TSettings : AwsSettings
{
    private readonly ConditionalWeakTable<Function, Target> _targets = [];

    /// <summary>The field of the response that holds the service's id for the event.</summary>
    protected abstract string ReceiptName { get; }

    /// <inheritdoc/>
    public override async ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var target = _targets.GetValue(function, Create);
        var record = ToRecord(target.Settings, invocation) with { Via = invocation.Via };
        if (record.Size > target.MaxRecordBytes)
        {
            return TooLarge(record.Size, target.MaxRecordBytes);
        }

        var item = await target.Batcher.SendAsync(record, cancellationToken);
        if (item.Failure is { } failure)
        {
            return failure;
        }

        return invocation.NeedsNoAnswer ? new FunctionResult(FunctionOutcome.Success) { Status = 200 } : Answer(item.Receipt);
    }

    /// <summary>Returns how much one call of a function may carry.</summary>
    protected abstract BatchLimits LimitsOf(TSettings settings);

    /// <summary>Creates the sender of a function's records.</summary>
    protected abstract IBatchSender Open(TSettings settings);

    /// <summary>Creates the record of an event.</summary>
    protected abstract BatchRecord ToRecord(TSettings settings, Invocation invocation);

    /// <summary>Returns a text, or its hash when it is longer than a key may be.</summary>
    protected static string Shorten(string text, int length) =>
        text.Length <= length ? text : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private Target Create(Function function)
    {
        var settings = ReadStored(function.Provider);
        var limits = LimitsOf(settings);
        return new Target(settings, limits.RecordBytes, new Batcher(limits, Open(settings), timeProvider));
    }

    // A response object, the form of every function's answer that holds more than an outcome.
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
            json.WriteString("body"u8, new JsonObject { [ReceiptName] = receipt ?? string.Empty }.ToJsonString());
            json.WriteEndObject();
        }

        return new FunctionResult(FunctionOutcome.Success, buffer.WrittenMemory, buffer) { Status = 200 };
    }

    private sealed record Target(TSettings Settings, int MaxRecordBytes, Batcher Batcher);
}
