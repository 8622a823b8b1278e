using System.Text.Json;
using EventGateway.Aws.Calls;

namespace EventGateway.Aws.Batching;

/// <summary>Reads what Kinesis and Firehose answer to a batch: one entry per record, with an id or an error.</summary>
internal static class RecordsAnswer
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="service">The service, for the operator.</param>
    /// <param name="list">The field with the entries.</param>
    /// <param name="receipt">The field of an entry with the id.</param>
    /// <param name="count">How many records were sent.</param>
    public static BatchItem[] Read(AwsAnswer answer, string service, string list, string receipt, int count)
    {
        if (answer.Failure is { } failure)
        {
            return [.. Enumerable.Repeat(new BatchItem(failure, null), count)];
        }

        try
        {
            var items = new BatchItem[count];
            var i = 0;
            foreach (var entry in JsonElement.Parse(answer.Body!.WrittenSpan).GetProperty(list).EnumerateArray())
            {
                items[i++] = Text(entry, "ErrorCode") is { } code
                    // Entries have no status of their own; what is wrong with one is told by its code.
                    ? new BatchItem(AwsErrors.ToResult(service, code, Text(entry, "ErrorMessage"), 503), null)
                    : new BatchItem(null, Text(entry, receipt));
            }

            if (i == count)
            {
                return items;
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            // No answer that can be understood.
        }

        return [.. Enumerable.Repeat(new BatchItem(AwsErrors.ToResult(service, null, "its answer cannot be understood", 503), null), count)];
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
