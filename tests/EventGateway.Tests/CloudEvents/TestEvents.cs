using System.Text;
using CsCheck;
using EventGateway.CloudEvents;

namespace EventGateway.Tests.CloudEvents;

/// <summary>Makes events at random, and texts of events that can be compared.</summary>
internal static class TestEvents
{
    /// <summary>Text of any characters, from none to a few dozen.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(Gen.Char[' ', '~'].Select(c => c.ToString()), Rune()).Array[0, 12].Select(string.Concat);

    public static readonly Gen<string> NonEmptyText = AnyText.Where(t => t.Length > 0);

    public static readonly Gen<string> ExtensionName = Gen.OneOf(
        Gen.Char["abcxyz019"].Array[1, 8].Select(c => new string(c)),
        OneOf("eventgatewaya", "eventgatewaytransformed", "eventgatewaytransformationversion", "traceparent"));

    /// <summary>A JSON value as text, with numbers and escapes that no parser may touch.</summary>
    public static readonly Gen<string> AnyJson = Gen.Recursive<string>((depth, self) => depth > 3
        ? Scalar()
        : Gen.OneOf(
            Scalar(),
            self.Array[0, 3].Select(items => "[" + string.Join(" ,", items) + "]"),
            Gen.Select(AnyText, self, (name, value) => $"{{{Text(JsonText.Quote(name))} : {value}}}")));

    public static readonly Gen<CloudEventExtension[]> FlatExtensions = FlatExtensionsOf(AnyText);

    public static readonly Gen<CloudEventExtension[]> AnyExtensions =
        Gen.Select(AnyText, AnyJson).Array[0, 20]
            .Select(all => all.DistinctBy(e => e.Item1).Select(e => new CloudEventExtension(e.Item1, Bytes(e.Item2))).ToArray());

    /// <summary>A 1.0 event.</summary>
    public static readonly Gen<CloudEvent> V1 = V1Of(AnyText);

    /// <summary>A 1.0 event whose texts have no control characters, which 1.0 asks of senders and others insist on.</summary>
    public static readonly Gen<CloudEvent> StrictV1 = V1Of(Gen.OneOf(Gen.Char[' ', '~'].Select(c => c.ToString()), OneOf("é", "€", "😀", "\u2028")).Array[0, 12].Select(string.Concat));

    /// <summary>A 0.1 event as JSON brings it; text and bytes are JSON strings there.</summary>
    public static readonly Gen<CloudEvent> V01 = Gen.Select(V1, AnyExtensions, Optional(NonEmptyText), AnyJson, (cloudEvent, extensions, version, json) => cloudEvent with
    {
        SpecVersion = SpecVersion.V01,
        Subject = null,
        TypeVersion = version,
        Data = cloudEvent.Data.Kind == CloudEventDataKind.None ? CloudEventData.None : CloudEventData.Json(Bytes(json)),
        Extensions = extensions,
    });

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    /// <summary>Everything that an event is, as text.</summary>
    public static string Describe(CloudEvent e) => string.Join(
        '\n',
        [
            $"{e.SpecVersion} {e.DeclaredVersion}", e.Id, e.Type, e.Source, e.Time, e.Subject, e.DataSchema, e.DataContentType, e.TypeVersion,
            $"{e.Data.Kind} {(e.Data.Kind == CloudEventDataKind.Binary ? Convert.ToHexString(e.Data.Bytes.Span) : Text(e.Data.Bytes))}",
            .. e.Extensions.Select(x => $"{x.Name}: {Text(x.Json)}").Order(StringComparer.Ordinal),
        ]);

    /// <summary>An event whose text and bytes are JSON strings, as 0.1 has them.</summary>
    public static CloudEvent WithJsonData(CloudEvent e) => e with
    {
        Data = e.Data.Kind switch
        {
            CloudEventDataKind.Text => CloudEventData.Json(JsonText.Quote(e.Data.Bytes.Span)),
            CloudEventDataKind.Binary => CloudEventData.Json(JsonText.Quote(Convert.ToBase64String(e.Data.Bytes.Span))),
            _ => e.Data,
        },
    };

    private static Gen<CloudEvent> V1Of(Gen<string> text)
    {
        var nonEmpty = text.Where(t => t.Length > 0);
        return Gen.Select(
            Gen.Select(nonEmpty, nonEmpty, OneOf("/", "/a%20b", "urn:x:y", "http://h/p?q#f", "/é")),
            Gen.Select(Optional(OneOf("2026-01-31T12:30:00Z", "1985-04-12T23:20:50.52+02:00")), Optional(nonEmpty), Optional(Gen.Const("http://x/y"))),
            TypedDataOf(nonEmpty),
            FlatExtensionsOf(text),
            (required, optional, data, extensions) => new CloudEvent
            {
                Id = required.Item1,
                Type = required.Item2,
                Source = required.Item3,
                Time = optional.Item1,
                Subject = optional.Item2,
                DataSchema = optional.Item3,
                DataContentType = data.Type,
                Data = data.Data,
                Extensions = extensions,
            });
    }

    private static Gen<(string? Type, CloudEventData Data)> TypedDataOf(Gen<string> text) => Gen.OneOf(
        Gen.Const(((string?)null, CloudEventData.None)),
        AnyJson.Select(j => ((string?)"application/json", CloudEventData.Json(Bytes(j)))),
        text.Select(t => ((string?)"text/plain; charset=utf-8", CloudEventData.Text(Bytes(t)))),
        Gen.Byte.Array[1, 40].Select(b => ((string?)"application/octet-stream", CloudEventData.Binary(b))));

    private static Gen<CloudEventExtension[]> FlatExtensionsOf(Gen<string> text) =>
        Gen.Select(ExtensionName, Gen.OneOf(text.Select(t => Text(JsonText.Quote(t))), Gen.Int.Select(i => i.ToString()), OneOf("true", "false")))
            .Array[0, 20]
            .Select(all => all.DistinctBy(e => e.Item1).Select(e => new CloudEventExtension(e.Item1, Bytes(e.Item2))).ToArray());

    public static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Rune() => Gen.Int[0, 0x10FFFF].Where(System.Text.Rune.IsValid).Select(char.ConvertFromUtf32);

    private static Gen<string?> Optional(Gen<string> text) => Gen.OneOf(Gen.Const((string?)null), text.Select(t => (string?)t));

    private static Gen<string> Scalar() => Gen.OneOf(
        OneOf(
            "null", "true", "0", "-0", "1.0", "1e400", "12345678901234567890123456789.10", "\"\"", "\"\\ud800\"", "\"\\u0041\\/\"", "[]", "{}"),
        Gen.Int.Select(i => i.ToString()),
        AnyText.Select(t => Text(JsonText.Quote(t))));
}
