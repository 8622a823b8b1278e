using System.Text;
using CsCheck;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Tests.CloudEvents;

/// <summary>Makes events at random, and texts of events that can be compared.</summary>
internal static class TestEvents
{
    /// <summary>Text of any characters, from none to a few dozen.</summary>
    public static readonly Gen<string> AnyText = Gen.OneOf(Gen.Char[' ', '~'].Select(c => c.ToString()), Rune()).Array[0, 12].Select(string.Concat);

    public static readonly Gen<string> NonEmptyText = AnyText.Where(t => t.Length > 0);

    public static readonly Gen<string> ExtensionName = Gen.Char["abcxyz019"].Array[1, 8].Select(c => new string(c));

    /// <summary>A JSON value as text, with numbers and escapes that no parser may touch.</summary>
    public static readonly Gen<string> AnyJson = Gen.Recursive<string>((depth, self) => depth > 3
        ? Scalar()
        : Gen.OneOf(
            Scalar(),
            self.Array[0, 3].Select(items => "[" + string.Join(" ,", items) + "]"),
            Gen.Select(AnyText, self, (name, value) => $"{{{Text(JsonText.Quote(name))} : {value}}}")));

    public static readonly Gen<CloudEventExtension[]> FlatExtensions =
        Gen.Select(ExtensionName, Gen.OneOf(AnyText.Select(t => Text(JsonText.Quote(t))), Gen.Int.Select(i => i.ToString()), OneOf("true", "false")))
            .Array[0, 20]
            .Select(all => all.DistinctBy(e => e.Item1).Select(e => new CloudEventExtension(e.Item1, Bytes(e.Item2))).ToArray());

    public static readonly Gen<CloudEventExtension[]> AnyExtensions =
        Gen.Select(AnyText, AnyJson).Array[0, 20]
            .Select(all => all.DistinctBy(e => e.Item1).Select(e => new CloudEventExtension(e.Item1, Bytes(e.Item2))).ToArray());

    private static readonly Gen<(string? Type, CloudEventData Data)> TypedData = Gen.OneOf(
        Gen.Const(((string?)null, CloudEventData.None)),
        AnyJson.Select(j => ((string?)"application/json", CloudEventData.Json(Bytes(j)))),
        NonEmptyText.Select(t => ((string?)"text/plain; charset=utf-8", CloudEventData.Text(Bytes(t)))),
        Gen.Byte.Array[1, 40].Select(b => ((string?)"application/octet-stream", CloudEventData.Binary(b))));

    /// <summary>A 1.0 event.</summary>
    public static readonly Gen<CloudEvent> V1 = Gen.Select(
        Gen.Select(NonEmptyText, NonEmptyText, OneOf("/", "/a%20b", "urn:x:y", "http://h/p?q#f", "/é")),
        Gen.Select(Optional(OneOf("2026-01-31T12:30:00Z", "1985-04-12T23:20:50.52+02:00")), Optional(NonEmptyText), Optional(Gen.Const("http://x/y"))),
        TypedData,
        FlatExtensions,
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

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Rune() => Gen.Int[0, 0x10FFFF].Where(System.Text.Rune.IsValid).Select(char.ConvertFromUtf32);

    private static Gen<string?> Optional(Gen<string> text) => Gen.OneOf(Gen.Const((string?)null), text.Select(t => (string?)t));

    private static Gen<string> Scalar() => Gen.OneOf(
        OneOf(
            "null", "true", "0", "-0", "1.0", "1e400", "12345678901234567890123456789.10", "\"\"", "\"\\ud800\"", "\"\\u0041\\/\"", "[]", "{}"),
        Gen.Int.Select(i => i.ToString()),
        AnyText.Select(t => Text(JsonText.Quote(t))));
}
