using System.Text.Json;
using EventGateway.CloudEvents;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>Reads the answer of Kinesis or Firehose to a batch: one entry per record, with an id or an error.</summary>
internal static class RecordsResponseReader
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The body of the answer.</param>
    /// <param name="service">The service, for the operator.</param>
    /// <param name="protocol">The names in the answer.</param>
    /// <param name="count">The number of records that were sent.</param>
    /// <param name="keys">The credentials, which are masked when the service repeats them. Null when there are none.</param>
    public static BatchItem[] Read(ReadOnlySpan<byte> answer, string service, RecordsProtocol protocol, int count, AwsKeys? keys = null)
    {
        var items = new BatchItem[count];
        try
        {
            var reader = new Utf8JsonReader(answer);
            if (TryRead(ref reader, service, protocol, keys, items))
            {
                return items;
            }
        }
        catch (JsonException)
        {
            // Treated like an answer without the list.
        }

        return BatchItem.OfWholeCall(AwsErrors.Unintelligible(service), count);
    }

    private static bool TryRead(ref Utf8JsonReader reader, string service, RecordsProtocol protocol, AwsKeys? keys, BatchItem[] items)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isList = JsonStrings.TextEquals(ref reader, protocol.Results);
            reader.Read();
            if (isList)
            {
                return reader.TokenType is JsonTokenType.StartArray && TryReadEntries(ref reader, service, protocol, keys, items);
            }

            reader.Skip();
        }

        return false;
    }

    private static bool TryReadEntries(ref Utf8JsonReader reader, string service, RecordsProtocol protocol, AwsKeys? keys, BatchItem[] items)
    {
        var count = 0;
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject && count < items.Length)
        {
            items[count++] = ReadEntry(ref reader, service, protocol, keys);
        }

        return reader.TokenType is JsonTokenType.EndArray && count == items.Length;
    }

    private static BatchItem ReadEntry(ref Utf8JsonReader reader, string service, RecordsProtocol protocol, AwsKeys? keys)
    {
        string? receipt = null;
        string? code = null;
        string? explanation = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (JsonStrings.TextEquals(ref reader, protocol.Receipt))
            {
                receipt = ReadText(ref reader);
            }
            else if (JsonStrings.TextEquals(ref reader, "ErrorCode"u8))
            {
                code = ReadText(ref reader);
            }
            else if (JsonStrings.TextEquals(ref reader, "ErrorMessage"u8))
            {
                explanation = ReadText(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        if (code is null && receipt is not null)
        {
            return new BatchItem(null, receipt);
        }

        // An entry has no status. Its code says what is wrong.
        return new BatchItem(code is null ? AwsErrors.Unintelligible(service) : AwsErrors.ToResult(service, code, keys is null ? explanation : keys.HideIn(explanation), 503), null);
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.String)
        {
            return JsonStrings.GetString(ref reader);
        }

        reader.Skip();
        return null;
    }
}
