using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// Finds the credentials in an event: values of objects called <c>headers</c> and <c>query</c>, such as those of an
/// <c>http.request</c> event, and extensions, each with a name that <see cref="CredentialNames"/> recognizes; those that
/// <see cref="QueryCredentials"/> finds in queries; and those that <see cref="UrlCredentials"/> finds in attributes and headers that
/// are URLs.
/// </summary>
public static class EventCredentials
{
    private static readonly FrozenSet<string> UrlHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "referer", "location", "content-location", "x-original-url", "x-original-uri", "x-rewrite-url", "x-forwarded-uri", "x-envoy-original-path");

    // The later names are those of other gateways' events.
    private static readonly FrozenSet<string> QueryObjects = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "query", "queryParameters", "queryStringParameters", "multiValueQueryStringParameters");

    // The second name is that of AWS.
    private static readonly FrozenSet<string> RawQueries = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "rawQuery", "rawQueryString");

    private static readonly byte[] MaskedValue = Encoding.UTF8.GetBytes($"\"{CredentialNames.Mask}\"");

    private enum Place
    {
        Other,
        Event,
        Headers,
        Query,
        QueryValue,
        RawQuery,
        Url,
        Credential,
    }

    /// <summary>Replaces the credentials of an event by the mask, for readers of the event.</summary>
    /// <param name="json">The event, as JSON.</param>
    /// <returns>The event. The same memory when it has no credentials.</returns>
    public static ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> json)
    {
        var ranges = FindRanges(json.Span);
        if (ranges.Count == 0)
        {
            return json;
        }

        var masked = new ArrayBufferWriter<byte>(json.Length);
        var from = 0;
        foreach (var (start, end, shown) in ranges)
        {
            masked.Write(json.Span[from..start]);
            masked.Write(shown ?? MaskedValue);
            from = end;
        }

        masked.Write(json.Span[from..]);
        return masked.WrittenMemory;
    }

    /// <summary>Returns the credentials of an event. Those with a scheme, such as <c>Bearer</c>, are returned with and without it.</summary>
    /// <param name="json">The event, as JSON.</param>
    public static IReadOnlyList<string> Find(ReadOnlySpan<byte> json)
    {
        var found = new List<string>();
        foreach (var (start, end, _) in FindRanges(json).Where(range => range.Shown is null))
        {
            var text = TextOf(json[start..end]);
            found.Add(text);
            if (text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
            {
                found.Add(text[(space + 1)..]);
            }
        }

        return found;
    }

    private static string TextOf(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value);
        reader.Read();
        try
        {
            return reader.TokenType is JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(value);
        }
        catch (InvalidOperationException)
        {
            // The text has half of a surrogate pair.
            return Encoding.UTF8.GetString(value[1..^1]);
        }
    }

    // Finds positions and does not write a new document, so everything else stays byte for byte, even names that are not valid text.
    private static List<(int Start, int End, byte[]? Shown)> FindRanges(ReadOnlySpan<byte> json)
    {
        var ranges = new List<(int, int, byte[]?)>();
        var places = new Stack<Place>();
        var next = Place.Event;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        next = PlaceOf(places.Peek(), ref reader);
                        continue;
                    case JsonTokenType.StartObject:
                        places.Push(next);
                        break;
                    case JsonTokenType.StartArray:
                        places.Push(next is Place.Credential or Place.QueryValue ? next : Place.Other);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        places.Pop();
                        break;
                    case JsonTokenType.String or JsonTokenType.Number when next is Place.Credential:
                        ranges.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, null));
                        break;
                    case JsonTokenType.String when next is Place.QueryValue && QueryCredentials.HoldsCredential(TextOf(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed])):
                        ranges.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, null));
                        break;
                    case JsonTokenType.String when next is Place.Url or Place.RawQuery && TextOf(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]) is var text:
                        if ((next is Place.Url ? UrlCredentials.MaskUrl(text) : QueryCredentials.Mask(text)) is var shown && shown != text)
                        {
                            ranges.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, JsonText.Quote(shown)));
                        }

                        break;
                    default:
                        break;
                }

                // The elements of an array have the name of the array.
                next = places.TryPeek(out var place) && place is Place.Credential or Place.QueryValue ? place : Place.Other;
            }
        }
        catch (JsonException)
        {
            // JSON that breaks off is not an event. The credentials before that are masked.
        }

        return ranges;
    }

    private static Place PlaceOf(Place parent, ref Utf8JsonReader reader)
    {
        if (parent is Place.Credential)
        {
            return parent;
        }

        string name;
        try
        {
            name = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Place.Other;
        }

        return parent switch
        {
            Place.Headers or Place.Event when CredentialNames.IsHeader(name) => Place.Credential,
            Place.Event when name is "source" or "subject" or "dataschema" or "schemaURL" => Place.Url,
            Place.Headers when UrlHeaders.Contains(name) => Place.Url,
            Place.Query => QueryCredentials.IsCredential(name, default) ? Place.Credential : Place.QueryValue,
            Place.Headers => Place.Other,
            _ when name.EndsWith("headers", StringComparison.OrdinalIgnoreCase) => Place.Headers,
            _ when QueryObjects.Contains(name) => Place.Query,
            _ when RawQueries.Contains(name) => Place.RawQuery,
            _ when name is "event" or "extensions" => Place.Event,
            _ => Place.Other,
        };
    }
}
