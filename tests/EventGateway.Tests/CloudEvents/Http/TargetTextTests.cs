using System.Text.RegularExpressions;
using CsCheck;
using EventGateway.CloudEvents.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents.Http;

public sealed class TargetTextTests
{
    // RFC 3986, sections 3.3 and 3.4, after RFC 9112, section 3.2.1.
    private static readonly Regex Grammar = new(
        @"\A/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*)?\z",
        RegexOptions.None,
        TimeSpan.FromSeconds(10));

    private static readonly Gen<string> Texts = Gen.OneOf(
            Gen.Char.AlphaNumeric, Gen.OneOf([.. "/?%.#[\\| \t\r\0\u007fé\u2028".Select(static c => Gen.Const(c))]), Gen.Char['!', '~'])
        .Array[0, 20].Select(static characters => "/" + new string(characters));

    [Fact]
    public void Agrees_with_the_grammar() =>
        Texts.Sample(static text => TargetText.IsValid(text).ShouldBe(Grammar.IsMatch(text)));

    [Fact]
    public void Encodes_to_the_grammar_or_not_at_all() => Texts.Sample(static text =>
    {
        var encoded = TargetText.Encode(text);

        (encoded is not null).ShouldBe(text.All(static c => c is > ' ' and < '\x7f'));
        if (encoded is not null)
        {
            Grammar.IsMatch(encoded).ShouldBeTrue(encoded);
            TargetText.Encode(encoded).ShouldBe(encoded);
        }
    });

    [Theory]
    [InlineData("/a%2Fb?c=%C3%A9&d=/?", "/a%2Fb?c=%C3%A9&d=/?")]
    [InlineData("/a[1]", "/a%5B1%5D")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/a#b", "/a%23b")]
    [InlineData("/é", null)]
    [InlineData("/a b", null)]
    [InlineData("a", null)]
    public void Encodes_printable_characters(string text, string? expected) => TargetText.Encode(text).ShouldBe(expected);

    [Theory]
    [InlineData("", "")]
    [InlineData("/a+b%20c%2Fd", "/a+b c/d")]
    [InlineData("%C3%A9%e2%98%83%F0%9F%98%80", "é☃😀")]
    [InlineData("100%", "100%")]
    [InlineData("%%41%4%zz%", "%A%4%zz%")]
    [InlineData("caf%E9", "caf%E9")]
    [InlineData("caf%e9%41", "caf%E9A")]
    [InlineData("%C3%28", "%C3(")]
    [InlineData("%C3A9", "%C3A9")]
    [InlineData("%E2%82%41", "%E2%82A")]
    [InlineData("%C3%C3%A9", "%C3é")]
    [InlineData("%ed%a0%80", "%ED%A0%80")]
    [InlineData("%C0%AF", "%C0%AF")]
    [InlineData("%F5%80%80%80", "%F5%80%80%80")]
    [InlineData("%00%7f", "\0\x7f")]
    [InlineData("%25E9", "%E9")]
    public void Decodes_what_is_utf8_and_keeps_the_rest(string text, string expected)
    {
        TargetText.Decode(text, plusIsSpace: false).ShouldBe(expected);
        TargetText.Decode(text, plusIsSpace: true).ShouldBe(expected.Replace('+', ' '));
    }

    [Fact]
    public void Decodes_escaped_text_and_any_text_to_the_same_as_its_parts()
    {
        Gen.String.Where(static text => text.All(static c => !char.IsSurrogate(c)))
            .Sample(static text => TargetText.Decode(Uri.EscapeDataString(text), plusIsSpace: true).ShouldBe(text));
        Gen.Select(Texts, Texts).Sample(static (one, other) =>
            TargetText.Decode(one + other, plusIsSpace: false).ShouldBe(TargetText.Decode(one, plusIsSpace: false) + TargetText.Decode(other, plusIsSpace: false)));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a\tb é", true)]
    [InlineData("a\nb", false)]
    [InlineData("a\rb", false)]
    [InlineData("\0", false)]
    [InlineData("a\x7f", false)]
    public void Knows_what_a_header_may_carry(string text, bool expected) => FieldValue.IsValid(text).ShouldBe(expected);
}
