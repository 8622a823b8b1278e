using System.Text;
using System.Text.Json;
using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

/// <summary>Data that comes in binary mode: what it is in structured mode, and its bytes when it leaves in binary mode again.</summary>
public sealed class CarriedDataTests
{
    private static readonly string?[] ContentTypes =
    [
        null, "application/json", "text/json", "application/geo+JSON; charset=utf-8", "application/json; charset=utf-16le", "application/json; charset=windows-1252",
        "text/plain", "text/plain; charset=utf-8", "text/plain;charset=\"iso-8859-1\"", "text/plain; charset=iso-2022-jp", "text/plain; charset=shift_jis",
        "text/plain; charset=utf-16", "text/plain; charset=nonsense", "text/xml; a=b; charset=utf-16be", "application/x-www-form-urlencoded; charset=latin1",
        "application/octet-stream", "application/octet-stream; charset=utf-16le", "image/png",
    ];

    static CarriedDataTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string, string, CloudEventDataKind, string> Charsets => new()
    {
        { "text/plain; charset=utf-16le", "680065006C006C006F00", CloudEventDataKind.Text, "hello" },
        { "text/plain; charset=iso-2022-jp", "1B2442467C4B5C1B2842", CloudEventDataKind.Text, "日本" },
        { "text/plain; charset=iso-8859-1", "C3A9", CloudEventDataKind.Text, "Ã©" },
        { "text/plain; charset=Windows-1252", "80", CloudEventDataKind.Text, "€" },
        { "text/plain; charset=shift_jis", "93FA967B", CloudEventDataKind.Text, "日本" },
        { "application/json; charset=utf-16le", "5B0031005D00", CloudEventDataKind.Json, "[1]" },
        { "application/json; charset=iso-8859-1", "22E922", CloudEventDataKind.Json, "\"é\"" },
        { "text/plain; charset=us-ascii", "61", CloudEventDataKind.Text, "a" },
        { "text/plain; charset=utf-8", "E9", CloudEventDataKind.Binary, "" },

        // Half of a character, a byte order that nobody declares, a charset that nobody knows, and bytes that would not come back.
        { "text/plain; charset=utf-16le", "6100FF", CloudEventDataKind.Binary, "" },
        { "text/plain; charset=utf-16", "6100", CloudEventDataKind.Binary, "" },
        { "text/plain; charset=nonsense", "61", CloudEventDataKind.Binary, "" },
        { "text/plain; charset=iso-2022-jp", "1B28421B284261", CloudEventDataKind.Binary, "" },
        { "application/octet-stream; charset=utf-16le", "6100", CloudEventDataKind.Binary, "" },
    };

    [Theory]
    [MemberData(nameof(Charsets))]
    public void The_declared_charset_decides(string contentType, string hex, CloudEventDataKind kind, string text)
    {
        var body = Convert.FromHexString(hex);
        MediaType.TryParse(contentType, out var type, out _).ShouldBeTrue();

        var data = CloudEventData.FromBody(type, body);

        data.Kind.ShouldBe(kind);
        data.Bytes.ToArray().ShouldBe(kind is CloudEventDataKind.Binary ? body : Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("text/plain; charset=utf-16")]
    [InlineData("text/plain; charset=nonsense")]
    [InlineData("application/json; charset=nonsense")]
    public void An_empty_body_keeps_its_content_type(string contentType)
    {
        using var buffer = new PooledBuffer();
        CloudEventWriter.Write(Read(contentType, []), CloudEventFormat.V1Binary, buffer).ContentType.ShouldBe(contentType);
    }

    [Fact]
    public void Data_comes_out_byte_for_byte_and_means_what_a_naive_reader_says() =>
        Gen.Select(Gen.Int[0, ContentTypes.Length - 1].Select(i => ContentTypes[i]), Bodies()).Sample((contentType, body) =>
        {
            var sent = Read(contentType, body);

            using var stored = new PooledBuffer();
            var kept = CloudEventReader.ReadStored(CloudEventWriter.WriteStored(sent, stored).Body).Event.ShouldNotBeNull();
            foreach (var cloudEvent in new[] { sent, kept })
            {
                using var buffer = new PooledBuffer();
                var binary = CloudEventWriter.Write(cloudEvent, CloudEventFormat.V1Binary, buffer);
                binary.Body.ToArray().ShouldBe(body);
                binary.ContentType.ShouldBe(contentType ?? (sent.Data.Kind is CloudEventDataKind.Json ? "application/json" : null));
                PayloadReader.Read(binary).Event!.Data.Kind.ShouldBe(sent.Data.Kind);

                using var output = new PooledBuffer();
                var structured = CloudEventWriter.Write(cloudEvent, CloudEventFormat.V1Structured, output).Body;
                using var document = JsonDocument.Parse(structured, new JsonDocumentOptions { MaxDepth = 1000 });
                var (member, value) = NaiveData(contentType, body);
                document.RootElement.TryGetProperty("data", out var data).ShouldBe(member == "data");
                document.RootElement.TryGetProperty("data_base64", out var base64).ShouldBe(member == "data_base64");
                (member is null ? "" : member == "data" ? data.GetRawText().Trim() : base64.GetString()!)
                    .ShouldBe(value, $"{contentType} {Convert.ToHexString(body)}");
            }
        });

    private static CloudEvent Read(string? contentType, byte[] body)
    {
        var reader = BinaryEventReader.Create(SpecVersion.V1);
        foreach (var (name, value) in new[] { ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", "/s"), ("ce-type", "t") })
        {
            reader.Add(name, value);
        }

        MediaType.TryParse(contentType, out var type, out _).ShouldBeTrue();
        CloudEventData.TryFromBody(type, body, textAsBinary: false, JsonDepthLimit.Default, out var data, untypedIsJson: true).ShouldBeTrue();
        return reader.Read(contentType, data).Event.ShouldNotBeNull();
    }

    // The member of a structured event, and its value: trimmed JSON as it was sent, a quoted string or base64.
    private static (string? Member, string Value) NaiveData(string? contentType, byte[] body)
    {
        if (body.Length == 0)
        {
            return (null, "");
        }

        var essence = contentType?.Split(';')[0].ToUpperInvariant();
        var isJson = essence is null || essence.EndsWith("/JSON", StringComparison.Ordinal) || essence.EndsWith("+JSON", StringComparison.Ordinal);
        var isText = essence is null || (!isJson && (essence.StartsWith("TEXT/", StringComparison.Ordinal) || essence.Contains("FORM", StringComparison.Ordinal)));
        var text = isJson || isText ? NaiveText(contentType, body) : null;
        if (text is not null && isJson && IsJson(text))
        {
            return ("data", text.Trim(' ', '\t', '\r', '\n'));
        }

        return text is not null && isText ? ("data", TestEvents.Text(JsonText.Quote(text))) : ("data_base64", Convert.ToBase64String(body));
    }

    private static string? NaiveText(string? contentType, byte[] body)
    {
        var parameter = contentType?.Split(';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith("charset=", StringComparison.Ordinal));
        var charset = parameter?[8..].Trim('"') ?? "utf-8";
        if (charset is "utf-16" or "nonsense")
        {
            return null;
        }

        try
        {
            var encoding = Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            var text = encoding.GetString(body);
            return encoding.GetBytes(text).SequenceEqual(body) ? text : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 }).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Gen<byte[]> Bodies()
    {
        var space = TestEvents.OneOf(" ", "\t", "\r\n", "\n").Array[0, 3].Select(string.Concat);
        var json = Gen.Select(space, Gen.OneOf(TestEvents.AnyJson, Gen.Const("{\"a\":1,\"a\":\"\\u0041\"}")), space, (before, value, after) => before + value + after);
        var text = Gen.OneOf(json, json.Select(value => "\ufeff" + value), TestEvents.AnyText, TestEvents.OneOf("日本", "é", "Ã©", "hello"));
        var encoding = TestEvents.OneOf("utf-8", "utf-16le", "utf-16be", "iso-8859-1", "iso-2022-jp", "shift_jis");
        return Gen.OneOf(Gen.Byte.Array[0, 30], Gen.Select(text, encoding, (value, name) => Encoding.GetEncoding(name).GetBytes(value)), text.Select(Encoding.UTF8.GetBytes));
    }
}
