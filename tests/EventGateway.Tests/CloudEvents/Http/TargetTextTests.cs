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
    [InlineData("", true)]
    [InlineData("a\tb é", true)]
    [InlineData("a\nb", false)]
    [InlineData("a\rb", false)]
    [InlineData("\0", false)]
    [InlineData("a\x7f", false)]
    public void Knows_what_a_header_may_carry(string text, bool expected) => FieldValue.IsValid(text).ShouldBe(expected);
}
