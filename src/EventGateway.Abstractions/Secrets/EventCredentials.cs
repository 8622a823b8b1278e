using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// Finds the credentials that the sender of an event put into it: values of objects called <c>headers</c> and <c>query</c>, such
/// as those of an <c>http.request</c> event, and extensions, each with a name that <see cref="CredentialNames"/> knows; and what
/// <see cref="UrlCredentials"/> finds in attributes and headers that are URLs.
/// </summary>
public static class EventCredentials
{
    private const int MaxDepth = 128;

    private static readonly FrozenSet<string> UrlHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "referer", "location", "content-location", "x-original-url", "x-original-uri", "x-rewrite-url", "x-forwarded-uri", "x-envoy-original-path");

    // The later ones are those of other gateways' events.
    private static readonly FrozenSet<string> QueryObjects = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "query", "queryParameters", "queryStringParameters", "multiValueQueryStringParameters");

    private static readonly byte[] MaskedValue = Encoding.UTF8.GetBytes($"\"{CredentialNames.Mask}\"");

    private enum Place
    {
        Other,
        Event,
        Headers,
        Query,
        Url,
        Credential,
    }

    /// <summary>Replaces the credentials of an event by the mask, for those who only look at the event.</summary>
    /// <param name="json">The event, as JSON.</param>
    /// <returns>The event; the same memory when it has no credentials.</returns>
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

    /// <summary>The credentials of an event, as its sender wrote them and, of those with a scheme such as <c>Bearer</c>, without it.</summary>
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
            // It holds half of a surrogate pair.
            return Encoding.UTF8.GetString(value[1..^1]);
        }
    }

    // Positions rather than a new document: all else stays byte for byte, names that are no text included.
    private static List<(int Start, int End, byte[]? Shown)> FindRanges(ReadOnlySpan<byte> json)
    {
        var ranges = new List<(int, int, byte[]?)>();
        var places = new Stack<Place>();
        var next = Place.Event;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
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
                        places.Push(next is Place.Credential ? next : Place.Other);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        places.Pop();
                        break;
                    case JsonTokenType.String or JsonTokenType.Number when next is Place.Credential:
                        ranges.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, null));
                        break;
                    case JsonTokenType.String when next is Place.Url && TextOf(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]) is var url:
                        if (UrlCredentials.MaskUrl(url) is var shown && shown != url)
                        {
                            ranges.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed, JsonText.Quote(shown)));
                        }

                        break;
                    default:
                        break;
                }

                // Elements of an array are where the array is.
                next = places.TryPeek(out var place) && place is Place.Credential ? place : Place.Other;
            }
        }
        catch (JsonException)
        {
            // What cannot be read to its end is not an event; what was found up to there is hidden.
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
            Place.Query when CredentialNames.IsQuery(name) => Place.Credential,
            Place.Headers or Place.Query => Place.Other,
            _ when name.EndsWith("headers", StringComparison.OrdinalIgnoreCase) => Place.Headers,
            _ when QueryObjects.Contains(name) => Place.Query,
            _ when name is "event" or "extensions" => Place.Event,
            _ => Place.Other,
        };
    }
}
