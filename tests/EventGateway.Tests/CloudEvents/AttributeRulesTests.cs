using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public class AttributeRulesTests
{
    [Theory]
    [InlineData("2026-01-31T12:30:00Z", true)]
    [InlineData("2026-01-31t12:30:00z", true)]
    [InlineData("2026-01-31T12:30:00.123456789012Z", true)]
    [InlineData("2026-01-31T12:30:00+14:00", true)]
    [InlineData("2024-02-29T00:00:00-00:00", true)]
    [InlineData("2016-12-31T23:59:60Z", true)]
    [InlineData("0000-01-31T00:00:00Z", true)]
    [InlineData("2025-02-29T00:00:00Z", false)]
    [InlineData("2026-13-01T00:00:00Z", false)]
    [InlineData("2026-00-01T00:00:00Z", false)]
    [InlineData("2026-01-00T00:00:00Z", false)]
    [InlineData("2026-01-31T24:00:00Z", false)]
    [InlineData("2026-01-31T12:60:00Z", false)]
    [InlineData("2026-01-31T12:30:61Z", false)]
    [InlineData("2026-01-31 12:30:00Z", false)]
    [InlineData("2026-01-31T12:30:00", false)]
    [InlineData("2026-01-31T12:30:00.Z", false)]
    [InlineData("2026-01-31T12:30:00.1", false)]
    [InlineData("2026-01-31T12:30:00+0200", false)]
    [InlineData("2026-01-31T12:30:00+24:00", false)]
    [InlineData("2026-01-31T12:30Z", false)]
    [InlineData("20260131T123000Z", false)]
    [InlineData("2026-01-31T12:30:00Zx", false)]
    [InlineData("", false)]
    public void Knows_a_timestamp(string text, bool expected) => AttributeRules.IsTimestamp(text).ShouldBe(expected);

    [Theory]
    [InlineData("a", true)]
    [InlineData("../a?b=c#d", true)]
    [InlineData("http://[::1]/é%20", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\u0000", false)]
    [InlineData("a<", false)]
    [InlineData("a%2", false)]
    [InlineData("a%zz", false)]
    public void Knows_a_URI_reference(string text, bool expected) => AttributeRules.IsUriReference(text).ShouldBe(expected);

    [Theory]
    [InlineData("abc09", true)]
    [InlineData("", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("é", false)]
    public void Knows_the_name_of_an_extension(string text, bool expected) => AttributeRules.IsExtensionName(text).ShouldBe(expected);

    [Fact]
    public void Takes_every_time_that_the_platform_writes() => Gen.DateTimeOffset.Sample(time =>
        AttributeRules.IsTimestamp(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz")));

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData(" Text/Plain ;charset=utf-8", "Text/Plain")]
    [InlineData("a/b; c=\"x;y\\\"\"; d=e;", "a/b")]
    [InlineData("json", "json")]
    [InlineData(";", "")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Parses_a_media_type(string? text, string essence)
    {
        MediaType.TryParse(text, out var type, out var error).ShouldBeTrue();
        (type.Essence ?? "").ShouldBe(essence);
        error.ShouldBeNull();
    }

    [Theory]
    [InlineData("invalid/")]
    [InlineData("/x")]
    [InlineData("a b")]
    [InlineData("a/b c")]
    [InlineData("a/b; c")]
    [InlineData("a/b; c=")]
    [InlineData("a/b; c=\"x")]
    [InlineData("a/b; c=d e")]
    [InlineData("a/b;; c=d")]
    [InlineData("a/b; c=d; C=e")]
    [InlineData("a/b; c=d; e=f; c=d")]
    public void Rejects_a_media_type(string text)
    {
        MediaType.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("text/JSON; charset=utf-8", true)]
    [InlineData("x/y+Json", true)]
    [InlineData("json", false)]
    [InlineData("application/jsonx", false)]
    [InlineData("application/json-seq", false)]
    public void Knows_JSON(string text, bool isJson) => MediaType.IsJson(text).ShouldBe(isJson);

    [Theory]
    [InlineData("text/plain; charset=ISO-8859-1", "ISO-8859-1")]
    [InlineData("text/plain; x=\"charset=b\"; Charset=\"Utf-8\"", "utf-8")]
    [InlineData("text/plain; charset=\"a\\b\"", "ab")]
    [InlineData("text/plain", null)]
    public void Reads_the_charset(string text, string? charset)
    {
        MediaType.TryParse(text, out var type, out _).ShouldBeTrue();
        type.Charset.ShouldBe(charset);
    }

    [Fact]
    public void Decodes_headers_like_a_naive_decoder() =>
        Gen.OneOf(Gen.Const("%"), TestEvents.OneOf("%41", "%C3", "%a9", "%E2%82%AC", "%F0%9f%98%80", "%ED%A0%80", "%C0%80", "%FF", "%7", "%GG", "é", "\"", "\\", "+", "a"), TestEvents.AnyText)
            .Array[0, 8].Select(string.Concat).Where(text => !(text.Length > 1 && text[0] == '"' && text[^1] == '"')).Sample(text =>
            {
                var naive = NaiveDecode(text);
                PercentEncoding.TryDecodeHeader(text, out var decoded, out var error).ShouldBe(naive is not null);
                (error is null).ShouldBe(naive is not null);
                decoded.ShouldBe(naive ?? "");
            });

    private static string? NaiveDecode(string text)
    {
        var utf8 = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        var bytes = new List<byte>();
        try
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '%')
                {
                    bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                    i += 2;
                }
                else
                {
                    var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                    bytes.AddRange(utf8.GetBytes(text.Substring(i, length)));
                    i += length - 1;
                }
            }

            return utf8.GetString([.. bytes]);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    [Fact]
    public void Decodes_what_it_encodes_for_headers() => TestEvents.AnyText.Sample(text =>
    {
        var encoded = PercentEncoding.EncodeHeader(text);
        encoded.ShouldAllBe(c => c > ' ' && c < '\u007f' && c != '"');
        PercentEncoding.TryDecodeHeader(encoded, out var decoded, out _).ShouldBeTrue();
        decoded.ShouldBe(text);
    });
}
